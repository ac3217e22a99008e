"""What a rotation does: the steps, in the order that Kubernetes documents.

Source: kubernetes.io/docs/tasks/administer-cluster/encrypt-data, "Rotate a decryption key".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui_installer.engine.operations.install.verify import VERIFY
from tui_installer.engine.operations.install.work import WORK as INSTALL
from tui_installer.engine.operations.rotation.keys import FORGET_KEY, NEW_KEY
from tui_installer.engine.operations.rotation.rewrite import REWRITE
from tui_installer.engine.operations.rotation.rolling import RollingStep
from tui_installer.kubernetes.encryption import Stage

if TYPE_CHECKING:
    from tui_installer.engine.core.step import Step

# The old key is forgotten last: until then the same command goes on with this rotation.
ROTATION: tuple[Step, ...] = (
    NEW_KEY,
    RollingStep("add-key", "New key: every API server can read it", Stage.ADDED),
    RollingStep("use-key", "New key: every API server writes with it", Stage.WRITES),
    REWRITE,
    RollingStep("remove-key", "Old key: no API server has it any more", Stage.NEW),
    VERIFY,
    FORGET_KEY,
)

# Facts and preflight are those of an install: a rotation works on a host that one has made.
WORK = replace(INSTALL, pipeline=ROTATION, quick_checks=None)

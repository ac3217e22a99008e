"""The pipeline: every step, in the order it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.steps.accounts import ACCOUNTS
from tui_installer.engine.steps.apiserver import APISERVER, APISERVER_FILES
from tui_installer.engine.steps.binaries import BINARIES
from tui_installer.engine.steps.bootstrap import BOOTSTRAP
from tui_installer.engine.steps.certificates import CERTIFICATES
from tui_installer.engine.steps.controllers import CONTROLLERS, CONTROLLERS_FILES
from tui_installer.engine.steps.etcd import ETCD, ETCD_FILES
from tui_installer.engine.steps.kubeconfig import KUBECONFIG
from tui_installer.engine.steps.kubectl import KUBECTL
from tui_installer.engine.steps.verify import VERIFY

if TYPE_CHECKING:
    from tui_installer.engine.step import Step

# Files of the next component travel while the one before it starts.
PIPELINE: tuple[Step, ...] = (
    CERTIFICATES,
    BINARIES,
    ACCOUNTS,
    ETCD_FILES,
    ETCD,
    APISERVER_FILES,
    APISERVER,
    CONTROLLERS_FILES,
    CONTROLLERS,
    KUBECTL,
    BOOTSTRAP,
    KUBECONFIG,
    VERIFY,
)

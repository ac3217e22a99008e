"""The pipeline: every step, in the order it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.operations.install.accounts import ACCOUNTS
from tui_installer.engine.operations.install.apiserver import APISERVER, APISERVER_FILES
from tui_installer.engine.operations.install.binaries import BINARIES
from tui_installer.engine.operations.install.bootstrap import BOOTSTRAP
from tui_installer.engine.operations.install.certificates import CERTIFICATES
from tui_installer.engine.operations.install.controllers import CONTROLLERS, CONTROLLERS_FILES
from tui_installer.engine.operations.install.etcd import ETCD, ETCD_FILES
from tui_installer.engine.operations.install.kubeconfig import KUBECONFIG
from tui_installer.engine.operations.install.kubectl import KUBECTL
from tui_installer.engine.operations.install.verify import VERIFY

if TYPE_CHECKING:
    from tui_installer.engine.core.step import Step

# Files of the controllers travel before API servers start: both need the processor.
PIPELINE: tuple[Step, ...] = (
    CERTIFICATES,
    BINARIES,
    ACCOUNTS,
    ETCD_FILES,
    ETCD,
    APISERVER_FILES,
    CONTROLLERS_FILES,
    APISERVER,
    KUBECTL,
    CONTROLLERS,
    BOOTSTRAP,
    KUBECONFIG,
    VERIFY,
)

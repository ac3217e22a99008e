"""The system users that the programs run as, and which files belong to whom.

A key is 0600 and its program's own, as kubeadm has it for a control plane that does not run as root
(cmd/kubeadm/app/phases/controlplane and util/users); CIS Kubernetes Benchmark 1.12 has the modes
(1.1.9 to 1.1.21) and etcd:etcd 0700 for etcd's data (1.1.11, 1.1.12). What is not secret is root's,
so that a program cannot change what it is started with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.component import Component
from tui_installer.model.security import Services
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from tui_installer.model.spec import Spec

ROOT = "root"


def account(component: Component | None, spec: Spec) -> str:
    """The user, and group of the same name, of a program: its own name. None: nobody's, root."""
    own = component is not None and spec.security.services is Services.UNPRIVILEGED
    return str(component.value) if own and component is not None else ROOT


def owner(component: Component | None, spec: Spec) -> str:
    """``USER:GROUP`` of what only that program reads."""
    name = account(component, spec)
    return f"{name}:{name}"


def components(spec: Spec) -> tuple[Component, ...]:
    """The programs that run on a master."""
    stacked = spec.etcd.mode is EtcdMode.STACKED
    return tuple(c for c in Component if stacked or c is not Component.ETCD)


def accounts(spec: Spec) -> tuple[str, ...]:
    """The users that a master needs besides root."""
    return tuple(name for c in components(spec) if (name := account(c, spec)) != ROOT)

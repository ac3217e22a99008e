"""The system users that the programs run as, and which files belong to whom.

A key is 0600 and its program's own, as kubeadm has it for a control plane that does not run as root
(cmd/kubeadm/app/phases/controlplane and util/users); CIS Kubernetes Benchmark 1.12 has the modes
(1.1.9 to 1.1.21) and etcd:etcd 0700 for etcd's data (1.1.11, 1.1.12). What is not secret is root's,
so that a program cannot change what it is started with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.components import control_plane
from tui_installer.model.security import Services

if TYPE_CHECKING:
    from tui_installer.kubernetes.components import Component
    from tui_installer.model.spec import Spec

ROOT = "root"


def account(component: Component | None, spec: Spec) -> str:
    """The user, and group of the same name, of a program: its own name. None: nobody's, root."""
    if component is None or not component.unprivileged:
        return ROOT
    return component.name if spec.security.services is Services.UNPRIVILEGED else ROOT


def owner(component: Component | None, spec: Spec) -> str:
    """``USER:GROUP`` of what only that program reads."""
    name = account(component, spec)
    return f"{name}:{name}"


def accounts(spec: Spec) -> tuple[str, ...]:
    """The users that a master needs besides root."""
    return tuple(name for c in control_plane(spec) if (name := account(c, spec)) != ROOT)

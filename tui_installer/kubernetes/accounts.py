"""The system users that the programs run as, and the owners of their files.

A key has mode 0600 and belongs to its program's user, as kubeadm does it for a control plane that
does not run as root (cmd/kubeadm/app/phases/controlplane and util/users); CIS Kubernetes Benchmark
1.12 requires the modes (1.1.9 to 1.1.21) and etcd:etcd 0700 for etcd's data (1.1.11, 1.1.12). Files
without secrets belong to root, so that a program cannot change its own configuration.
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
    """The user (and group) that a program runs as: its own name, or root. None: root."""
    if component is None or not component.unprivileged:
        return ROOT
    return component.name if spec.security.services is Services.UNPRIVILEGED else ROOT


def owner(component: Component | None, spec: Spec) -> str:
    """``USER:GROUP`` of the files that only that program reads."""
    name = account(component, spec)
    return f"{name}:{name}"


def accounts(spec: Spec) -> tuple[str, ...]:
    """The users that a master needs besides root."""
    return tuple(name for c in control_plane(spec) if (name := account(c, spec)) != ROOT)

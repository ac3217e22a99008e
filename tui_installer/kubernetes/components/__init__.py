"""The programs that this installer runs on hosts: one file and one descriptor each.

To add a program: a file here, a line below, and a step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.components.apiserver import APISERVER
from tui_installer.kubernetes.components.controller_manager import CONTROLLER_MANAGER
from tui_installer.kubernetes.components.descriptor import Component, Options, Port
from tui_installer.kubernetes.components.etcd import ETCD
from tui_installer.kubernetes.components.scheduler import SCHEDULER

if TYPE_CHECKING:
    from tui_installer.model.spec import Spec

__all__ = [
    "APISERVER", "COMPONENTS", "CONTROLLERS", "CONTROLLER_MANAGER", "CONTROL_PLANE", "ETCD",
    "SCHEDULER", "Component", "Options", "Port", "by_name", "control_plane",
]  # fmt: skip

CONTROL_PLANE = (ETCD, APISERVER, CONTROLLER_MANAGER, SCHEDULER)
"""The programs of a master, in the order in which they start."""
CONTROLLERS = (CONTROLLER_MANAGER, SCHEDULER)
"""The two clients of the API server that elect a leader among the masters."""
COMPONENTS = CONTROL_PLANE
"""Every program, whatever hosts it runs on."""

_BY_NAME = {component.name: component for component in COMPONENTS}


def by_name(name: str) -> Component | None:
    """The program of that name, or of that unit: ``etcd``, ``etcd.service``."""
    return _BY_NAME.get(name.removesuffix(".service"))


def control_plane(spec: Spec) -> tuple[Component, ...]:
    """The programs that run on a master of this cluster."""
    return tuple(component for component in CONTROL_PLANE if component.runs(spec))

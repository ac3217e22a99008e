"""The four programs on a master: their names, folders and the forms their files take."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.model.spec import Layout


class Component(StrEnum):
    """A program this installer runs as a systemd service; the value names binary and unit."""

    ETCD = "etcd"
    APISERVER = "kube-apiserver"
    CONTROLLER_MANAGER = "kube-controller-manager"
    SCHEDULER = "kube-scheduler"

    @property
    def variable(self) -> str:
        """The variable in the options file, as the tutorial names it: ``KUBE_APISERVER_OPTS``."""
        return self.value.upper().replace("-", "_") + "_OPTS"

    @property
    def unit(self) -> str:
        """``kube-apiserver.service``"""
        return f"{self.value}.service"

    def binary(self, layout: Layout) -> str:
        """Absolute path of the program on a host."""
        return layout.etcd_bin(self) if self is Component.ETCD else layout.bin(self)

    def options_path(self, layout: Layout) -> str:
        """Absolute path of the options file on a host; it has the program's name."""
        return layout.etcd_cfg(self) if self is Component.ETCD else layout.cfg(self)


CONTROLLERS = (Component.CONTROLLER_MANAGER, Component.SCHEDULER)
"""The two that follow the API server and elect a leader among the masters."""

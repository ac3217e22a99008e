"""Breaks and repairs a lab's hosts for tests and rehearsals."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.lab import machine, network, processes, state
from tui_installer.lab.lab import wait
from tui_installer.lab.state import LabState, Paths

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.lab.machine import Machine

# Signals to PID 1: systemd(1), "Signals".
_POWER_OFF = signal.SIGRTMIN + 4
_REBOOT = signal.SIGRTMIN + 5


def _open(folder: Path, name: str) -> tuple[Paths, LabState]:
    paths = Paths(folder.resolve())
    lab = state.require(paths)
    lab.host(name)
    return paths, lab


def reboot(folder: Path, name: str) -> Machine:
    """Reboots a host cleanly; returns when it answers on SSH again, with a new PID 1."""
    paths, lab = _open(folder, name)
    home = paths.host(name)
    before = processes.of_host(home).guests
    if not before:
        raise UsageError(f"The lab's host {name} is off.", hint="Switch it on: power_on.")
    processes.kill(before, _REBOOT)
    processes.wait_until_gone(before)
    return wait(paths, lab, [name])[0]


def power_cut(folder: Path, name: str) -> None:
    """Switches a host off at once, without a shutdown. It stays off."""
    paths, lab = _open(folder, name)
    processes.end(paths.host(name))
    if network.exists(lab.interface(name)):
        network.delete(lab.interface(name))


def power_off(folder: Path, name: str) -> None:
    """Shuts a host down cleanly; returns when it is off."""
    paths, _ = _open(folder, name)
    processes.kill(processes.of_host(paths.host(name)).guests, _POWER_OFF)
    processes.wait_until_gone(processes.of_host(paths.host(name)).all)


def power_on(folder: Path, name: str) -> Machine:
    """Boots a host that is off; returns when it answers on SSH."""
    paths, lab = _open(folder, name)
    machine.start(paths, lab, name)
    return wait(paths, lab, [name])[0]


def link(folder: Path, name: str, *, up: bool) -> None:
    """Unplugs or replugs the host's cable; its addresses and connections stay."""
    _, lab = _open(folder, name)
    network.set_link(lab.interface(name), up=up)

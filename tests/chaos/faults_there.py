"""Faults of a host and of the way to it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from chaos.injector import Injector
from tui_installer.lab import faults

if TYPE_CHECKING:
    from site_under_test import Site

    from chaos.cases import Case
    from chaos.running import Running

LOST = 14.0
"""Seconds of silence after which every connection counts as lost."""
BLIP = 3.0
OFF = 4.0
"""Seconds for which a host has no power."""
NOWHERE = "02:00:00:00:00:01"
SLACK = 300
"""KiB left on a disk that fills up."""


class Link(Injector):
    """The host's cable, pulled and put back."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def strike(self, running: Running, case: Case) -> None:
        folder = running.site.lab.folder
        faults.link(folder, case.host, up=False)
        running.go_on()
        running.alive_for(self.seconds)
        faults.link(folder, case.host, up=True)


class Blip(Link):
    """So short that no connection is lost: the run must not even notice."""

    codes = (0,)


class Silence(Injector):
    """What is sent to the host gets lost; the host itself and its peers see nothing of it.

    The host's sshd never learns that the operator's side is gone.
    """

    def strike(self, running: Running, case: Case) -> None:
        lab = running.site.lab
        entry = (lab.machine(case.host).address, "dev", lab.bridge)
        _neighbour("replace", *entry, "lladdr", NOWHERE, "nud", "permanent")
        running.go_on()
        running.alive_for(LOST)
        _neighbour("del", *entry)


def _neighbour(*words: str) -> None:
    subprocess.run(["ip", "neigh", *words], check=True)


class Reset(Injector):
    """The host's side of every SSH connection is killed."""

    def strike(self, running: Running, case: Case) -> None:
        own = "grep -vx $PPID"
        found = f"pgrep -f '^sshd[^ ]*: root' | {own}"
        assert running.site.ssh(case.host, found), "there is no session to end"
        running.site.ssh(case.host, f"{found} | xargs kill -9")
        running.go_on()


class Reboot(Injector):
    def strike(self, running: Running, case: Case) -> None:
        faults.reboot(running.site.lab.folder, case.host)
        running.go_on()


class PowerCut(Injector):
    def strike(self, running: Running, case: Case) -> None:
        folder = running.site.lab.folder
        faults.power_cut(folder, case.host)
        running.go_on()
        running.alive_for(OFF)
        faults.power_on(folder, case.host)


class HostDiskFull(Injector):
    """/opt is a disk of its own, and something else fills it."""

    def prepare(self, site: Site, case: Case) -> None:
        site.ssh(case.host, "mount -t tmpfs -o size=2g tmpfs /opt")

    def strike(self, running: Running, case: Case) -> None:
        used = "$(df -k --output=used /opt | tail -n 1)"
        size = f"$(({used} + {SLACK}))"
        running.site.ssh(case.host, f"mount -o remount,size={size}k /opt")
        running.go_on()

    def mend(self, site: Site, case: Case) -> None:
        site.ssh(case.host, "mount -o remount,size=2g /opt")

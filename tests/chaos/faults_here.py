"""Faults on the operator's side: the program killed or told to stop, its disk full or shut."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from chaos.injector import FAILED, Injector

if TYPE_CHECKING:
    from site_under_test import Site

    from chaos.cases import Case
    from chaos.running import Running

BETWEEN = 0.15
"""Seconds between a person's two Ctrl-C."""


class Kill(Injector):
    codes = (-signal.SIGKILL,)

    def strike(self, running: Running, case: Case) -> None:
        running.kill()


class Signals(Injector):
    """A run whose last step ended all the same may say 0."""

    codes = (130, 0)

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers

    def strike(self, running: Running, case: Case) -> None:
        first, *more = self.numbers
        running.signal(first)
        running.go_on()
        for number in more:
            time.sleep(BETWEEN)
            running.signal(number)
        running.alive_for(30)
        assert running.process.poll() is not None, "not stopped within 30 s"


class StateDisk(Injector):
    """The state folder on a small disk of its own."""

    codes = FAILED

    def prepare(self, site: Site, case: Case) -> None:
        self.folder = site.home / "state"
        self.folder.mkdir(mode=0o700)
        _mount("-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", str(self.folder))

    def clean_up(self, site: Site, case: Case) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


class StateDiskFull(StateDisk):
    def strike(self, running: Running, case: Case) -> None:
        filler = self.folder.parent / "state" / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        running.go_on()
        running.alive_for(60)

    def mend(self, site: Site, case: Case) -> None:
        (self.folder / "filler").unlink()


class StateReadOnly(StateDisk):
    def strike(self, running: Running, case: Case) -> None:
        # The journal is open for writing: only a forced remount takes it away, as a bad disk does.
        _mount("-o", "remount,ro", "--bind", str(self.folder), str(self.folder))
        running.go_on()
        running.alive_for(60)

    def mend(self, site: Site, case: Case) -> None:
        _mount("-o", "remount,rw", "--bind", str(self.folder), str(self.folder))


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)

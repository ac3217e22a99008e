"""Faults on the operator's side: the program killed or told to stop, its disk full or shut."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
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
        self.image = site.home.with_suffix(".ext4")
        with self.image.open("wb") as file:
            file.truncate(32 << 20)
        _run("mkfs.ext4", "-q", str(self.image))
        self.mount()
        (self.folder / "lost+found").rmdir()
        self.folder.chmod(0o700)

    def mount(self) -> None:
        options = "loop,errors=remount-ro"
        _run("mount", "-t", "ext4", "-o", options, str(self.image), str(self.folder))

    def clean_up(self, site: Site, case: Case) -> None:
        _run("umount", "--lazy", str(self.folder))
        self.image.unlink()


class StateDiskFull(StateDisk):
    def strike(self, running: Running, case: Case) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        running.go_on()
        running.alive_for(60)

    def mend(self, site: Site, case: Case) -> None:
        (self.folder / "filler").unlink()


class StateReadOnly(StateDisk):
    """The kernel makes the file system read-only, as it does for a disk that fails."""

    def strike(self, running: Running, case: Case) -> None:
        disk = _run("findmnt", "--noheadings", "--output", "SOURCE", str(self.folder))
        Path("/sys/fs/ext4", Path(disk).name, "trigger_fs_error").write_text("chaos")
        running.go_on()
        running.alive_for(60)

    def mend(self, site: Site, case: Case) -> None:
        """The same disk in another case: lab hosts that start just now may hold the old one."""
        _run("umount", str(self.folder))
        broken, self.image = self.image, self.image.with_suffix(".mended")
        shutil.copyfile(broken, self.image)
        broken.unlink()
        subprocess.run(["e2fsck", "-fy", self.image], check=False, capture_output=True)
        self.mount()


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

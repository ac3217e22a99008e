"""Finds the lab's processes in /proc, without pid files that could be stale."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.lab import mounts

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "tui-installer-lab-host"  # $0 of a supervisor
END_TIMEOUT = 10.0  # seconds until a killed process must be gone


@dataclass(frozen=True)
class Processes:
    """One host's processes, as pids of this machine; each tuple may be empty."""

    supervisors: tuple[int, ...] = ()
    nspawns: tuple[int, ...] = ()
    guests: tuple[int, ...] = ()

    @property
    def all(self) -> tuple[int, ...]:
        """All pids in the order of killing: nothing may restart another."""
        return (*self.supervisors, *self.nspawns, *self.guests)


def of_host(folder: Path) -> Processes:
    """The processes of the host in this folder (FOLDER/hosts/NAME)."""
    supervisors, nspawns, guests = [], [], []
    for pid in _pids():
        argv = _argv(pid)
        if MARK in argv and str(folder) in argv:
            supervisors.append(pid)
        elif argv[:1] and Path(argv[0]).name == "systemd-nspawn":
            if f"--directory={folder / 'root'}" in argv:
                nspawns.append(pid)
        elif _is_first_in_its_namespace(pid) and _has_root_in(pid, folder):
            guests.append(pid)
    return Processes(tuple(supervisors), tuple(nspawns), tuple(guests))


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _argv(pid: int) -> list[str]:
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return raw.decode(errors="surrogateescape").split("\0")


def _is_first_in_its_namespace(pid: int) -> bool:
    """Whether the process is PID 1 of a nested pid namespace (NSpid in proc_pid_status(5))."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(errors="replace")
    except OSError:
        return False
    for line in status.splitlines():
        if line.startswith("NSpid:"):
            ids = line.split()[1:]
            return len(ids) > 1 and ids[-1] == "1"
    return False


def _has_root_in(pid: int, folder: Path) -> bool:
    return _upper(pid) == folder / "upper"


def _upper(pid: int) -> Path | None:
    """The upper folder of the overlay at the process's root."""
    for mount in mounts.all_mounts(str(pid)):
        for option in mount.options if mount.point == "/" else ():
            if option.startswith("upperdir="):
                return Path(option.removeprefix("upperdir="))
    return None


def homes(hosts: Path) -> set[Path]:
    """Folders below HOSTS whose hosts have processes, even if the folders are gone."""
    found = set()
    for pid in _pids():
        argv = _argv(pid)
        named = [Path(word) for word in argv] if MARK in argv else []
        upper = _upper(pid) if _is_first_in_its_namespace(pid) else None
        named += [upper.parent] if upper else []
        found |= {path for path in named if path.parent == hosts}
    return found


def kill(pids: tuple[int, ...], number: int = signal.SIGKILL) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def end(folder: Path) -> None:
    """Kills a host, like a power cut, and its supervisor; returns when all processes are gone."""
    deadline = time.monotonic() + END_TIMEOUT
    while (found := of_host(folder)).all:
        if time.monotonic() > deadline:
            raise InstallerError(
                f"The processes of the lab's host {folder.name} did not end.",
                details=tuple(f"pid {pid}" for pid in found.all),
            )
        kill(found.all)
        time.sleep(0.02)


def wait_until_gone(pids: tuple[int, ...], seconds: float = 30.0) -> None:
    """Raises InstallerError if one of these processes is still there after that time."""
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            raise InstallerError(f"Process {pids[0]} did not end within {seconds:.0f} s.")
        time.sleep(0.02)

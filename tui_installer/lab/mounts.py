"""Lists, makes and removes mounts, by /proc/self/mountinfo (proc_pid_mountinfo(5))."""

from __future__ import annotations

import ctypes
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from tui_installer.errors import InstallerError
from tui_installer.lab.commands import run

BUSY_TIMEOUT = 5.0  # seconds that a mount may stay busy after its processes were killed
_MNT_DETACH = 2  # sys/mount.h


@dataclass(frozen=True)
class Mount:
    """One line of mountinfo. options: the super options of the file system."""

    point: str
    kind: str
    options: tuple[str, ...]


def parse(text: str) -> list[Mount]:
    found = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        left, right = before.split(" "), after.split(" ")
        if len(left) > 4 and len(right) > 2:  # noqa: PLR2004
            options = tuple(_unescape(option) for option in right[2].split(","))
            found.append(Mount(_unescape(left[4]), right[0], options))
    return found


def _unescape(text: str) -> str:
    raw = re.sub(rb"\\([0-7]{3})", lambda hit: bytes([int(hit[1], 8) & 255]), os.fsencode(text))
    return os.fsdecode(raw)


def all_mounts(process: str = "self") -> list[Mount]:
    try:
        return parse(Path(f"/proc/{process}/mountinfo").read_text(errors="surrogateescape"))
    except OSError:
        return []


def below(folder: Path) -> list[str]:
    """Mount points at or below a folder, the newest first.

    Includes overlays of the folder whose mount point was moved.
    """
    return [mount.point for mount in reversed(all_mounts()) if _belongs(mount, f"{folder}/")]


def _belongs(mount: Mount, prefix: str) -> bool:
    upper = f"upperdir={prefix}"
    return f"{mount.point}/".startswith(prefix) or any(
        option.startswith(upper) for option in mount.options
    )


def mount_overlay(base: Path, host: Path) -> None:
    """Mounts HOST/root over BASE. Raises InstallerError if the kernel can't."""
    options = f"lowerdir={base},upperdir={host / 'upper'},workdir={host / 'work'}"
    try:
        run("mount", "-t", "overlay", "overlay", "-o", options, str(host / "root"))
    except InstallerError as error:
        raise InstallerError(
            "An overlay can't be mounted for the lab's hosts.",
            details=error.details,
            hint="The kernel needs overlayfs (modprobe overlay), and the lab's folder must be on "
            "a local file system such as ext4 or xfs, not on an overlay.",
        ) from error


def unmount_below(folder: Path) -> None:
    """Unmounts everything at or below a folder; detaches mounts that are in use."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while points := below(folder):
        for point in points:
            _umount(point, detach=time.monotonic() > deadline)
        if time.monotonic() > deadline + BUSY_TIMEOUT:
            raise InstallerError("Mounts of the lab can't be unmounted.", details=tuple(points))
        if below(folder):
            time.sleep(0.05)


def _umount(point: str, *, detach: bool) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.umount2(os.fsencode(point), _MNT_DETACH if detach else 0)

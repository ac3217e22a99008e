"""Has a file changed since its digest was verified? Answered without reading it, as git's index."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tui_installer.release.files import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

_GRAIN = 20_000_000
"""Nanoseconds within which two writes may get one mtime (a jiffy is at most 10 ms)."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes whenever the content does. Times in nanoseconds since the epoch."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    def __str__(self) -> str:
        return f"{self.size}:{self.mtime_ns}:{self.ctime_ns}:{self.inode}"


def stamp_of(path: Path) -> Stamp:
    """Raises OSError where there is no such file."""
    stat = path.stat()
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def remember(path: Path) -> None:
    """Records that the file, as it is now, was verified. Blocks for up to 20 ms.

    Once this returns, another write can't get the recorded mtime: its grain is over.
    """
    stamp = stamp_of(path)
    write_json(beside(path), asdict(stamp))
    time.sleep(min(max(0, stamp.mtime_ns + _GRAIN - time.time_ns()), _GRAIN) / 1e9)


def unchanged(path: Path) -> bool:
    """Whether the file is the one that was verified. False where there is none."""
    try:
        return read_json(beside(path)) == asdict(stamp_of(path))
    except OSError:
        return False


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.stamp")

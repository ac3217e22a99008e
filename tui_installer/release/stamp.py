"""Detects changes of a file since it was verified, without reading it, as git's index does."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tui_installer.release.files import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

_GRAIN = 20_000_000
"""Nanoseconds within which two writes may get the same mtime (a jiffy is at most 10 ms)."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The file's attributes that change with its content. Times in nanoseconds (epoch)."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    def __str__(self) -> str:
        return f"{self.size}:{self.mtime_ns}:{self.ctime_ns}:{self.inode}"


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file. Raises OSError if it is missing."""
    stat = path.stat()
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def remember(path: Path) -> None:
    """Records that the file, as it is now, was verified. Blocks for up to 20 ms.

    A write after this returns can't get the recorded mtime.
    """
    stamp = stamp_of(path)
    write_json(beside(path), asdict(stamp))
    time.sleep(min(max(0, stamp.mtime_ns + _GRAIN - time.time_ns()), _GRAIN) / 1e9)


def unchanged(path: Path) -> bool:
    """Whether the file is unchanged since it was verified. False if it is missing."""
    try:
        return read_json(beside(path)) == asdict(stamp_of(path))
    except OSError:
        return False


def beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.stamp")

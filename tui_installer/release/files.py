"""File helpers: private folders, atomic writes, digests of files, the error for a full disk."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

CHUNK = 1 << 20
"""Bytes read or written at a time; no more of a program is held in memory."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Turns an OSError of work below `folder` into an InstallerError that names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        raise InstallerError(
            f"the folder {folder} can't be used: {error.strerror or error}",
            details=(str(error.filename or folder),),
            hint="check its owner and mode, or name another cache folder",
        ) from error


def disk_full(folder: Path, needed: int = 0) -> InstallerError:
    """The error for a full disk. needed: bytes still to be written, 0 if unknown."""
    free = shutil.disk_usage(folder).free
    wanted = f", {needed / 1e6:.0f} MB are needed" if needed else ""
    return InstallerError(
        f"the disk is full: {folder}",
        details=(f"{free / 1e6:.0f} MB are free{wanted}",),
        hint="free some space, or name another cache folder",
    )


def private(folder: Path) -> Path:
    """The folder, created (0700) if missing."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    return folder


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Writes JSON atomically: a reader sees the old file or the new one. Mode 0600."""
    handle, temp = tempfile.mkstemp(dir=private(path.parent), prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(temp).replace(path)
    except BaseException:
        Path(temp).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in the file; None if the file is missing or holds none."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def hash_file(
    path: Path, algorithms: Iterable[str], tick: Callable[[int], None] = lambda _: None
) -> dict[str, str]:
    """The file's digests (lower-case hex) by algorithm. tick: called with bytes read so far."""
    hashes = {name: hashlib.new(name) for name in algorithms}
    done = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            for each in hashes.values():
                each.update(chunk)
            done += len(chunk)
            tick(done)
    return {name: each.hexdigest() for name, each in hashes.items()}

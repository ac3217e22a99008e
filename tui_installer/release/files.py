"""Small file habits: private folders, atomic writes, whole-file digests, a full disk's error."""

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
"""Bytes handled at a time; nothing here holds more of a program in memory."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Turns an OSError of work below folder into an InstallerError that names it."""
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
    """needed: bytes still to be written, 0 if not known."""
    free = shutil.disk_usage(folder).free
    wanted = f", {needed / 1e6:.0f} MB are needed" if needed else ""
    return InstallerError(
        f"the disk is full: {folder}",
        details=(f"{free / 1e6:.0f} MB are free there{wanted}",),
        hint="free some space, or name another cache folder",
    )


def private(folder: Path) -> Path:
    """The folder, made (0700) if it was not there."""
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
    """Atomically: a reader sees the old or the new, never a part. Mode 0600."""
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
    """None where there is no such file, or it is not a JSON object."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def hash_file(
    path: Path, algorithms: Iterable[str], tick: Callable[[int], None] = lambda _: None
) -> dict[str, str]:
    """Lower-case hex by algorithm, of the file as it is on the disk. tick: bytes read so far."""
    hashes = {name: hashlib.new(name) for name in algorithms}
    done = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            for each in hashes.values():
                each.update(chunk)
            done += len(chunk)
            tick(done)
    return {name: each.hexdigest() for name, each in hashes.items()}

"""Writes files atomically: temporary file beside the target, fsync, rename, fsync of the folder."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Iterable


PART = ".part"
"""Suffix of a file that is not complete yet."""


def write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Writes data to path; readers see the old file or the new one, never a part.

    The file has `mode` from its creation. Raises InstallerError.
    """
    write_parts(path, (data,), mode=mode)


def write_parts(path: Path, parts: Iterable[bytes], *, mode: int = 0o600) -> None:
    """As `write`, for data in parts; errors of their source pass through."""
    try:
        make_folder(path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise InstallerError(
            f"cannot write {path}: {error.strerror}",
            hint="the file is unchanged; free space or fix the folder's permissions",
        ) from error


def sweep(folder: Path) -> None:
    """Deletes unfinished files of killed writers; the caller ensures that no writer works."""
    for part in folder.rglob(f".*{PART}"):
        with contextlib.suppress(OSError):
            part.unlink()


def make_folder(path: Path) -> None:
    """Creates a private folder (0700), and missing parents likewise."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)


def sync_folder(path: Path) -> None:
    """Makes renames in the folder survive a power cut. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

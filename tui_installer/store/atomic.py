"""Whole files or none: temp file beside the target, synced, renamed, folder synced."""

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
"""How a file is called that is not whole yet."""


def write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Puts data at path; readers see the old file or the new one, never a part.

    The file has `mode` (0600 unless said) from its creation. Raises InstallerError.
    """
    write_parts(path, (data,), mode=mode)


def write_parts(path: Path, parts: Iterable[bytes], *, mode: int = 0o600) -> None:
    """As `write`, of data that comes in parts; what their source raises passes through."""
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
            hint="nothing of it was changed; free space or mend the folder's permissions",
        ) from error


def sweep(folder: Path) -> None:
    """Removes what a writer left that was killed; for one who knows that none is at work."""
    for part in folder.rglob(f".*{PART}"):
        with contextlib.suppress(OSError):
            part.unlink()


def make_folder(path: Path) -> None:
    """A folder for one's own eyes: 0700, parents too where they are new."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)


def sync_folder(path: Path) -> None:
    """What was renamed in it stays so after a power cut. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Checks that a folder may hold keys: writable by its owner only, and no link."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def require(folder: Path) -> None:
    """Checks a session folder and its parent, if they exist. Raises UsageError with the reason."""
    if folder.is_symlink():
        raise UsageError(
            f"{folder} is a link to {folder.readlink()}; a session must be a real folder",
            hint="move the folder there, or set --session-dir to its parent",
        )
    _own(folder.parent, sticky=True)
    _own(folder, sticky=False)


def _own(path: Path, *, sticky: bool) -> None:
    """Checks owner and mode. sticky: allows folders such as /tmp, where others can't move ours."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if not stat.S_ISDIR(found.st_mode):
        raise UsageError(f"{path} is a file, not a folder", hint="move it away")
    if found.st_uid not in (os.geteuid(), 0):
        raise UsageError(
            f"{path} belongs to another user (uid {found.st_uid})",
            hint="sessions hold keys: set --session-dir to a folder of your own",
        )
    if found.st_mode & OTHERS_WRITE and not (sticky and found.st_mode & stat.S_ISVTX):
        raise UsageError(
            f"others can write to {path} (mode {stat.S_IMODE(found.st_mode):04o})",
            hint=f"sessions hold keys: chmod go-w {path}",
        )

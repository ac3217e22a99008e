"""Whether a folder may hold keys: of its owner alone, and no link to elsewhere."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def require(folder: Path) -> None:
    """A session folder and its parent, as far as they exist. Raises UsageError with the reason."""
    if folder.is_symlink():
        raise UsageError(
            f"{folder} is a link to {folder.readlink()}; a session is a folder of its own",
            hint="move the folder itself there, or name its parent by --session-dir",
        )
    _own(folder.parent, sticky=True)
    _own(folder, sticky=False)


def _own(path: Path, *, sticky: bool) -> None:
    """sticky: others may make files there, as in /tmp, as long as they can't move ours."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"cannot look at {path}: {error.strerror}") from None
    if not stat.S_ISDIR(found.st_mode):
        raise UsageError(f"{path} is a file; want a folder", hint="move it away")
    if found.st_uid not in (os.geteuid(), 0):
        raise UsageError(
            f"{path} belongs to another user (uid {found.st_uid})",
            hint="sessions hold keys: use a folder of your own, by --session-dir",
        )
    if found.st_mode & OTHERS_WRITE and not (sticky and found.st_mode & stat.S_ISVTX):
        raise UsageError(
            f"others can write to {path} (mode {stat.S_IMODE(found.st_mode):04o})",
            hint=f"sessions hold keys: chmod go-w {path}",
        )

"""Defines the files of a session: no others are exported, imported or deleted with it."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.store import session_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = (
    "journal.jsonl",
    "result.json",
    "facts.json",
    "spec.json",
    "admin.kubeconfig",
    "answers.yaml",
    "session.json",
)
FOLDERS = ("logs", "pki")
_BACKUP = re.compile(r"(.+)\.schema-\d{1,4}")
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_DEEPEST = 4


def belongs(path: str) -> bool:
    """Whether a relative path can be a session's file, by its name alone.

    False for absolute paths, ``..``, hidden files and unknown names.
    """
    first, *rest = parts = path.split("/")
    if len(parts) > _DEEPEST or not all(_PART.fullmatch(part) for part in parts):
        return False
    return first in FOLDERS if rest else _is_file(first)


def _is_file(name: str) -> bool:
    backup = _BACKUP.fullmatch(name)
    return name in FILES or (backup is not None and backup[1] in FILES)


def found(root: Path) -> Iterator[str]:
    """The relative paths of a session's regular files, sorted. Skips links."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        inside = os.path.relpath(folder, root)
        for name in sorted(names):
            path = name if inside == "." else f"{inside}/{name}"
            full = root / path
            if belongs(path) and full.is_file() and not full.is_symlink():
                yield path


def foreign(root: Path) -> list[str]:
    """Names in the folder that do not belong to the session."""
    return sorted(entry.name for entry in root.iterdir() if not _is_own(entry))


def _is_own(entry: Path) -> bool:
    name = entry.name
    unfinished = name.startswith(tuple(f".{file}." for file in FILES))
    return name in FOLDERS or name == session_lock.FILE or _is_file(name) or unfinished


def remove(root: Path) -> list[str]:
    """Deletes a session's files, and its folder if nothing else is in it; returns leftovers.

    The files that mark a session go last, so that an interrupted deletion can be repeated.
    Raises InstallerError.
    """
    names = [*FOLDERS[:1], *FILES[:-2], *_others(root), *FOLDERS[1:], *FILES[-2:]]
    try:
        for name in (*names, session_lock.FILE):
            _remove(root / name)
        left = foreign(root)
        if not left:
            root.rmdir()
    except OSError as error:
        raise InstallerError(
            f"cannot delete {error.filename or root}: {error.strerror}",
            hint="fix the folder's permissions and delete the session again",
        ) from error
    return left


def _others(root: Path) -> list[str]:
    """Backups and unfinished files."""
    known = (*FILES, *FOLDERS, session_lock.FILE)
    return [e.name for e in root.iterdir() if _is_own(e) and e.name not in known]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

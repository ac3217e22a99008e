"""The folders of sessions and of the cache: owner, mode, free disk, content."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

from tui_installer.actions.doctor.finding import Finding, bad, ok, warn
from tui_installer.store import paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SESSIONS_FREE = 200 << 20
"""Bytes: keys are small, logs and journals of many runs are not."""
CACHE_FREE = 2 << 30
"""Bytes: programs of one version, compressed once more, and the download while it is unpacked."""
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def findings() -> Iterator[Finding]:
    """Yields what is found."""
    home = "TUI_INSTALLER_HOME or --session-dir" if _set("TUI_INSTALLER_HOME") else "the default"
    cache = "TUI_INSTALLER_CACHE" if _set("TUI_INSTALLER_CACHE") else "the default"
    yield from _folder("Sessions", paths.state_root(), home, SESSIONS_FREE)
    yield from _folder("Cache", paths.cache_root(), cache, CACHE_FREE)
    yield _content(paths.cache_root())


def _set(name: str) -> bool:
    return bool(os.environ.get(name))


def _folder(topic: str, folder: Path, by: str, need: int) -> Iterator[Finding]:
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    what = f"{folder} ({by}{'' if folder.exists() else ', not made yet'}), {_size(free)} free"
    if problem := _unsafe(there):
        yield bad(topic, f"{what}; {problem}", f"chown or chmod go-w {there}, or name another one")
    elif not os.access(there, os.W_OK | os.X_OK):
        yield bad(topic, f"{what}; you cannot write to {there}", "name a folder that you can use")
    elif free < need:
        yield warn(topic, what, f"make room: about {_size(need)} is needed")
    else:
        yield ok(topic, what)


def _unsafe(folder: Path) -> str:
    """Why others could change what is in the folder, or ''."""
    status = folder.stat()
    if status.st_uid not in (os.getuid(), 0):
        return f"{folder} belongs to another user (uid {status.st_uid})"
    if status.st_mode & OTHERS_WRITE and not status.st_mode & stat.S_ISVTX:
        return f"others can write to {folder} (mode {stat.S_IMODE(status.st_mode):04o})"
    return ""


def _content(cache: Path) -> Finding:
    programs = [path for path in cache.glob("sha256/*/*") if path.suffix == "" and path.is_file()]
    if not programs:
        return ok("Programs", "none in the cache: the first run fetches or builds them")
    size = sum(path.stat().st_size for path in programs)
    names = ", ".join(sorted({path.name for path in programs}))
    return ok("Programs", f"{len(programs)} in the cache, {_size(size)}: {names}")


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f} GB" if count >= 1 << 30 else f"{count >> 20} MB"

"""Lets one process at a time work: an flock, awaited without blocking the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

from tui_installer.release.files import guarded, private

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

_POLL = 0.2


@contextlib.asynccontextmanager
async def held(path: Path, *, what: str, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Holds the lock file; the kernel releases it when this process ends, however it ends.

    what: the guarded work, completing "another process is …" for a process that waits.
    """
    with guarded(path.parent):
        handle = os.open(private(path.parent) / path.name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        await _take(handle, what, say)
        yield
    finally:
        os.close(handle)


async def _take(handle: int, what: str, say: Callable[[str], None]) -> None:
    logged = False
    while not _try(handle):
        if not logged:
            say(f"another process{_holder(handle)} is {what}; waiting for it")
            logged = True
        await asyncio.sleep(_POLL)
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> str:
    pid = os.pread(handle, 20, 0).decode("ascii", "replace")
    return f" (pid {pid})" if pid.isdigit() else ""

"""One process at a time in a folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Others wait until we are done. The lock ends with the process, however it ends.

    waiting is called once if somebody else has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _take(path, waiting)
    try:
        yield
    finally:
        os.close(descriptor)


def _take(path: Path, waiting: Callable[[], None]) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _is_still_there(path, descriptor):
            return descriptor
        os.close(descriptor)  # whoever had it deleted it: lock the new one


def _is_still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False

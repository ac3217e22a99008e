"""Lets one process at a time work in a folder."""

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
    """Holds the folder's lock; others wait. The kernel releases it when the process ends.

    waiting: called once if another process holds it.
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
        os.close(descriptor)  # the last holder deleted the file: lock the new one


def _is_still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False

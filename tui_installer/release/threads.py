"""Runs blocking work in a thread: it reports progress, and stops soon after a cancel."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from tui_installer.release.job import Progress

T = TypeVar("T")


class Stopped(Exception):
    """Raised in the thread by the first tick after its task is cancelled."""


class Ticker:
    """Called by the thread once per chunk; passes the progress to the event loop."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()

    def stop(self) -> None:
        self._stop.set()

    def __call__(self, label: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Stopped
        self._loop.call_soon_threadsafe(self._progress, label, done, total)


async def in_thread(work: Callable[[Ticker], T], progress: Progress) -> T:
    """The result of `work`. If cancelled, waits until `work` stops at its next tick."""
    ticker = Ticker(progress)
    task = asyncio.ensure_future(asyncio.to_thread(work, ticker))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        ticker.stop()
        with contextlib.suppress(Exception):
            await task
        raise


async def together(work: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """All results, in order; the first failure cancels the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]

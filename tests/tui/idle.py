"""Waiting until the wizard has nothing left to do, without sleeping while it is known to be idle.

Textual's own wait sleeps 20 ms at a time, twice a key, until the process used little CPU in one of
them. That is most of the time of a test that presses keys, and on a busy machine it ends too early.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import textual.app
import textual.pilot

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

SOON = 0.02
"""Timers due within so many seconds are waited for: a refresh of the screen is due within 1/60."""


async def wait_for_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Returns when no callback is ready, no thread works and no timer is due soon.

    min_sleep and max_sleep, in seconds, mean what they mean to Textual.
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    while (now := loop.time()) < started + max_sleep:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        if _threads_work(loop._default_executor):
            await asyncio.sleep(0.001)
        elif (due := _next_timer(loop)) < now + SOON:
            await asyncio.sleep(max(0, due - now))
        elif now >= started + min_sleep:
            return
        else:
            await asyncio.sleep(started + min_sleep - now)


def install() -> None:
    """Replaces Textual's wait in this process."""
    textual.app.wait_for_idle = wait_for_idle
    textual.pilot.wait_for_idle = wait_for_idle


def _next_timer(loop: asyncio.AbstractEventLoop) -> float:
    return min((one.when() for one in loop._scheduled if not one.cancelled()), default=float("inf"))


def _threads_work(executor: ThreadPoolExecutor | None) -> bool:
    """A worker counts itself idle after its result was handed to the loop."""
    if executor is None:
        return False
    return executor._work_queue.qsize() > 0 or executor._idle_semaphore._value < len(
        executor._threads
    )

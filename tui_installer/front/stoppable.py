"""Signals to a run: the first stops it at the next safe point, the second at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any, TypeVar

from tui_installer.engine.core.stop import Stop
from tui_installer.front import event_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stoppable(
    work: Callable[[Stop], Coroutine[Any, Any, T]], told: Callable[[], None] = lambda: None
) -> T:
    """What the work returns. told: called at the first signal.

    The signals are taken also where a shell had them ignored. Raises KeyboardInterrupt where the
    work ends by them without a result.
    """
    stop = Stop()

    async def run() -> T:
        stop.task = asyncio.current_task()
        loop = asyncio.get_running_loop()

        def signalled() -> None:
            if not stop.requested:
                told()
            stop.request()

        def handler(*_: object) -> None:
            with contextlib.suppress(RuntimeError):  # all is over: there is nothing to stop
                loop.call_soon_threadsafe(signalled)

        # Not the loop's own handlers, which end before it does: a signal then would kill the
        # program while it tells how it ended.
        for number in SIGNALS:
            signal.signal(number, handler)
        return await work(stop)

    try:
        return event_loop.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        if stop.requested:  # the interpreter's own end would give a late signal its way
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)

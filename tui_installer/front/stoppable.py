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
    work: Callable[[Stop], Coroutine[Any, Any, T]], on_signal: Callable[[], None] = lambda: None
) -> T:
    """Runs the work and returns its result. on_signal: called at the first signal.

    Handles the signals even if the shell had them ignored. Raises KeyboardInterrupt if they end
    the work without a result.
    """
    stop = Stop()

    async def run() -> T:
        stop.task = asyncio.current_task()
        loop = asyncio.get_running_loop()

        def signalled() -> None:
            if not stop.requested:
                on_signal()
            stop.request()

        def handler(*_: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nothing to stop
                loop.call_soon_threadsafe(signalled)

        # Not the loop's own handlers: it removes them before it closes, and a signal after that
        # would kill the program while it reports the result.
        for number in SIGNALS:
            signal.signal(number, handler)
        return await work(stop)

    try:
        return event_loop.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        if stop.requested:  # a late signal must not kill the interpreter while it exits
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)

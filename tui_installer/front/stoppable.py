"""Signals to a run: the first stops it at the next safe point, the second at once."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Any, TypeVar

from tui_installer.engine.stop import Stop

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

    async def run() -> T:
        stop = Stop(task=asyncio.current_task())

        def signalled() -> None:
            if not stop.requested:
                told()
            stop.request()

        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, signalled)
        return await work(stop)

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None

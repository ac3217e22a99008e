"""A time limit that pauses while the user is asked something."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Deadline:
    """`running` raises TimeoutError after `seconds`, not counting the time in `paused`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._timeout = asyncio.timeout(None)

    @property
    def expired(self) -> bool:
        return self._timeout.expired()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._timeout:
            self._timeout.reschedule(asyncio.get_running_loop().time() + self.seconds)
            yield

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        left = (self._timeout.when() or loop.time()) - loop.time()
        self._timeout.reschedule(None)
        try:
            yield
        finally:
            self._timeout.reschedule(loop.time() + max(left, 0))

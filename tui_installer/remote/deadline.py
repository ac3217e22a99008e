"""A time limit that pauses while the user is asked something."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Deadline:
    """`running` raises TimeoutError after `seconds`, not counting the time in `paused`.

    seconds: None for no limit.
    """

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._timeout = asyncio.timeout(None)

    @property
    def expired(self) -> bool:
        return self._timeout.expired()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._timeout:
            if self.seconds is not None:
                self._timeout.reschedule(asyncio.get_running_loop().time() + self.seconds)
            yield

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        end = self._timeout.when()
        left = 0.0 if end is None else end - loop.time()
        self._timeout.reschedule(None)
        try:
            yield
        finally:
            self._timeout.reschedule(None if end is None else loop.time() + max(left, 0))

"""Stopping a run: at once, or after the piece of work that must not be left half done."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(slots=True)
class Stop:
    """requested: whether the user asked to stop. task: the run's task, which `now` cancels."""

    requested: bool = False
    task: asyncio.Task[Any] | None = None
    _inside: int = field(default=0)

    def request(self) -> None:
        """Stops the run at the next safe point; a second request stops it at once."""
        if self.requested or not self._inside:
            self.now()
        self.requested = True

    def now(self) -> None:
        """Stops the run immediately, wherever it is."""
        if self.task is not None:
            self.task.cancel()

    @asynccontextmanager
    async def whole(self) -> AsyncIterator[None]:
        """Surrounds work that must not be left half done. After a request none starts."""
        await self._wait_if_requested()
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            if self.requested and not self._inside:
                self.now()
        await self._wait_if_requested()

    async def _wait_if_requested(self) -> None:
        """After a request, waits forever: `now` cancels the task."""
        if self.requested:
            await asyncio.Event().wait()

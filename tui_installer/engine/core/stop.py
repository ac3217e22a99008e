"""Stopping a run: at once where nothing is half done, else when that piece of work has ended."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(slots=True)
class Stop:
    """requested: whether somebody wants the run to stop. task: the run's, which then ends."""

    requested: bool = False
    task: asyncio.Task[Any] | None = None
    _inside: int = field(default=0)

    def request(self) -> None:
        """At the next safe point. Asked once more, at once."""
        if self.requested or not self._inside:
            self.now()
        self.requested = True

    def now(self) -> None:
        """Wherever it is."""
        if self.task is not None:
            self.task.cancel()

    @asynccontextmanager
    async def whole(self) -> AsyncIterator[None]:
        """Around what should not be left half done. After a request none begins."""
        await self._ends()
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            if self.requested and not self._inside:
                self.now()
        await self._ends()

    async def _ends(self) -> None:
        """Goes no further once it is to stop: the run's end comes from `now`."""
        if self.requested:
            await asyncio.Event().wait()

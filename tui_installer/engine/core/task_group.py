"""A task group that returns results: one failure cancels the other tasks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable
    from typing import Any

T = TypeVar("T")


async def run_all(jobs: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Runs the jobs concurrently; returns their results in order.

    Raises the first error, after the other jobs have been cancelled.
    """
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise

"""Limits how often progress is reported."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle:
    """Adds up and reports the sum at most every `interval` seconds."""

    def __init__(self, report: Callable[[int], None], interval: float = 0.1) -> None:
        self._report, self._interval = report, interval
        self._sum, self._last = 0, 0.0

    def add(self, amount: int) -> None:
        self._sum += amount
        now = time.monotonic()
        if now - self._last >= self._interval:
            self._last = now
            self._report(self._sum)

    def finish(self) -> None:
        self._report(self._sum)

"""Checks points in time from files: only those that can be computed with and shown."""

from __future__ import annotations

END = 253402300800
"""The year 10000, as UNIX seconds."""


def moment(value: object) -> float:
    """UNIX seconds from a number or its text. Raises ValueError if it is no valid time."""
    seconds = float(value) if isinstance(value, str) else value
    if not isinstance(seconds, int | float) or not 0 <= seconds < END:
        raise ValueError(f"{str(value)[:40]} is not a time")
    return float(seconds)

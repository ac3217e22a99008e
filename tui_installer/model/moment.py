"""Points in time that others wrote down: only such as can be computed with and shown."""

from __future__ import annotations

END = 253402300800
"""The year 10000, as UNIX seconds."""


def moment(told: object) -> float:
    """UNIX seconds, of a number or its text. Raises ValueError for what no calendar has."""
    seconds = float(told) if isinstance(told, str) else told
    if not isinstance(seconds, int | float) or not 0 <= seconds < END:
        raise ValueError(f"{str(told)[:40]} is no time")
    return float(seconds)

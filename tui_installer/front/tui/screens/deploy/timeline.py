"""A span of time as a bar of text within a longer one."""

from __future__ import annotations

from dataclasses import dataclass

AHEAD, PAST, OUTSIDE = "━", "╌", " "


@dataclass(frozen=True, slots=True)
class Scale:
    """From start to end, in UNIX seconds, over so many columns."""

    start: float
    end: float
    width: int

    def column(self, moment: float) -> int:
        """Returns the column of a moment, limited to the bar."""
        whole = max(self.end - self.start, 1)
        at = round((moment - self.start) / whole * self.width)
        return min(max(at, 0), self.width)


def bar(scale: Scale, start: float, end: float, now: float) -> tuple[str, str]:
    """Returns (past, ahead) of a span, to be shown one after the other.

    The part before the span is blank; a span that has not ended has something ahead.
    """
    first, last = scale.column(start), scale.column(end)
    if end > now:
        last = max(last, first + 1)
    today = min(max(scale.column(now), first), last)
    if end > now:
        today = min(today, last - 1)
    return OUTSIDE * first + PAST * (today - first), AHEAD * (last - today)

"""The log of a run, in order and by place, for displays. Bounded."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from tui_installer.model.run.events import (
    OPERATOR,
    Checked,
    Failed,
    HostFound,
    Level,
    LogLine,
    Outcome,
    StepFinished,
    StepStarted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Reversible

LINES = 2000
"""Lines kept per place; older ones are in the journal."""
LONGEST = 2000
"""Characters of one log line that are kept; the journal has all of it."""

LogEvent = LogLine | StepStarted | StepFinished | Failed | Checked | HostFound
"""The events that are lines of a log."""


class Line(NamedTuple):
    """number: counts the lines of all places from 1. at: seconds since the run started."""

    number: int
    at: float
    place: str
    event: LogEvent

    @property
    def level(self) -> Level:
        """The level of the line; events without one get it from their result."""
        event = self.event
        if isinstance(event, LogLine):
            return event.level
        if isinstance(event, StepFinished):
            return _LOUD.get(event.outcome, Level.INFO)
        bad = isinstance(event, Failed) or (isinstance(event, Checked) and not event.ok)
        return Level.ERROR if bad else Level.INFO


_WORTH_KEEPING = frozenset({Level.WARNING, Level.ERROR})
_LOUD = {Outcome.FAILED: Level.ERROR, Outcome.STOPPED: Level.WARNING}


# A line as a ring stores it: log lines as a plain tuple of texts and numbers. The garbage collector
# does not track those; with a hundred thousand tracked objects its pauses were noticeable.
_Kept = tuple[int, float, str, LogEvent] | tuple[int, float, str, str, str, str]


def _kept(line: Line) -> _Kept:
    number, at, place, event = line
    if isinstance(event, LogLine):
        return number, at, place, event.step, event.level.value, event.text
    return number, at, place, event


def _line(kept: _Kept) -> Line:
    if len(kept) == 4:  # noqa: PLR2004 - an event of another kind
        return Line(*kept)
    number, at, place, step, level, text = kept
    return Line(number, at, place, LogLine(place, step, Level(level), text))


@dataclass(slots=True)
class History:
    """last: the newest line's number.

    loud: warnings and errors of all places again, so that no flood of lines displaces them.
    """

    last: int = 0
    loud: deque[Line] = field(default_factory=lambda: deque(maxlen=LINES))
    _rings: dict[str, deque[_Kept]] = field(default_factory=dict)

    @property
    def places(self) -> tuple[str, ...]:
        """The places that have lines."""
        return tuple(self._rings)

    def add(self, event: LogEvent, at: float) -> None:
        """Adds a line. Cheap: a tuple in a ring."""
        if isinstance(event, LogLine) and len(event.text) > LONGEST:
            more = len(event.text) - LONGEST
            event = replace(event, text=f"{event.text[:LONGEST]}… {more} characters more")
        place = event.host or OPERATOR
        ring = self._rings.get(place)
        if ring is None:
            ring = self._rings[place] = deque(maxlen=LINES)
        self.last += 1
        line = Line(self.last, at, place, event)
        ring.append(_kept(line))
        if line.level in _WORTH_KEEPING:
            self.loud.append(line)

    def since(self, number: int, place: str = "") -> list[Line]:
        """The lines after a number, oldest first: of one place, or of all places."""
        rings = [self._rings.get(place, ())] if place else self._rings.values()
        found = [line for ring in rings for line in _newer(ring, number)]
        found.sort()
        return found


def _newer(ring: Reversible[_Kept], number: int) -> Iterator[Line]:
    for kept in reversed(ring):
        if kept[0] <= number:
            return
        yield _line(kept)

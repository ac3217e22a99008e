"""Which lines of a run's history a log shows: by host, level and age."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.model.run.events import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_installer.model.run.history import History, Line
    from tui_installer.model.run.state import RunState

FILTERS = (
    (Level.INFO, "level ≥ info"),
    (Level.WARNING, "warnings and errors"),
    (Level.ERROR, "errors only"),
    (Level.DEBUG, "everything"),
)
_SEVERITY = {level: severity for severity, level in enumerate(Level)}
INTERLEAVED = 4000
"""Newest lines that are shown when the log of all hosts opens."""
NAMES = 12
"""Columns of the host column, at most."""


@dataclass(slots=True)
class ShownLines:
    """place: whose log; interleaved: all places. seen: number of the newest line read."""

    place: str = ""
    interleaved: bool = False
    seen: int = 0
    state: RunState | None = None
    older: list[Line] = field(default_factory=list)
    """Lines that are not laid out yet, oldest first."""
    _filter: int = 0

    @property
    def level(self) -> Level:
        return FILTERS[self._filter][0]

    @property
    def level_text(self) -> str:
        return FILTERS[self._filter][1]

    def next_level(self) -> None:
        self._filter = (self._filter + 1) % len(FILTERS)

    @property
    def names(self) -> int:
        """Columns of the host column; 0 for none."""
        if not self.interleaved or self.state is None:
            return 0
        return min(NAMES, max(map(len, self.state.history.places), default=1))

    def all(self) -> list[Line]:
        """Returns the lines that are shown, oldest first."""
        if self.state is None:
            return []
        return [line for line in self._candidates(self.state.history) if self._wanted(line)]

    def new(self) -> list[Line]:
        """Returns the lines since the last call."""
        if self.state is None:
            return []
        history, since = self.state.history, self.seen
        self.seen = history.last
        return [line for line in history.since(since, self._of) if self._wanted(line)]

    @property
    def _of(self) -> str:
        return "" if self.interleaved else self.place or "-"

    def _wanted(self, line: Line) -> bool:
        return _SEVERITY[line.level] >= _SEVERITY[self.level]

    def _candidates(self, history: History) -> Iterable[Line]:
        if self.level in {Level.WARNING, Level.ERROR}:
            return (line for line in history.loud if self._of in {"", line.place})
        since = max(0, history.last - INTERLEAVED) if self.interleaved else 0
        return history.since(since, self._of)

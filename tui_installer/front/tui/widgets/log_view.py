"""A log with its head line and search: of one host, or of all with a host column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_installer.front.tui.widgets.log_pane import LogPane
from tui_installer.front.tui.widgets.log_rows import rows
from tui_installer.front.tui.widgets.wording import clock, told
from tui_installer.model.events import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult
    from textual.events import Resize

    from tui_installer.front.tui.widgets.log_rows import Row
    from tui_installer.model.history import History, Line
    from tui_installer.model.state import RunState

FILTERS = (
    (Level.INFO, "info and louder"),
    (Level.WARNING, "warnings and errors"),
    (Level.ERROR, "errors only"),
    (Level.DEBUG, "everything"),
)
_LOUDNESS = {level: loudness for loudness, level in enumerate(Level)}
AT_ONCE = 150
"""Lines laid out in one go, so that no key waits for more."""
FILL_EVERY = 0.05
"""Seconds between two goes."""
INTERLEAVED = 4000
"""Newest lines that are shown when the view of all hosts is opened."""
NAMES = 12
"""Columns of the host column, at most."""


class LogView(Vertical):
    """place: whose log; interleaved: everybody's instead. Filled by `drain`, on a timer."""

    def __init__(self) -> None:
        super().__init__()
        self.place, self.interleaved, self.wrap = "", False, True
        self._filter = 0
        self._seen = self._paused_at = 0
        self._state: RunState | None = None
        self._found = ""
        self._older: list[Line] = []

    def compose(self) -> ComposeResult:
        yield Static(id="log-head", markup=False)
        with Horizontal(id="search"):
            yield Static("/", markup=False)
            yield Input(compact=True, placeholder="text in the log; Enter keeps it, Esc ends it")
        yield LogPane()

    def on_mount(self) -> None:
        self.query_one("#search").display = False
        self.set_interval(FILL_EVERY, self.lay_out_older)

    @property
    def pane(self) -> LogPane:
        return self.query_one(LogPane)

    @property
    def searching(self) -> bool:
        """Whether the search line is open."""
        return bool(self.query_one("#search").display)

    @property
    def level(self) -> Level:
        return FILTERS[self._filter][0]

    def drain(self, state: RunState) -> None:
        """Shows what is new. Cheap if nothing is."""
        if state is not self._state:
            self._state = state
            self.rebuild()
        elif state.history.last > self._seen:
            new = state.history.since(self._seen, self._of)
            self._seen = state.history.last
            self.pane.append(self._laid_out(filter(self._wanted, new)))
        self.tell()

    def show(self, place: str) -> None:
        """Another host's log."""
        if place != self.place:
            self.place = place
            if not self.interleaved:
                self.rebuild()

    @property
    def _of(self) -> str:
        return "" if self.interleaved else self.place or "-"

    def _wanted(self, line: Line) -> bool:
        return _LOUDNESS[line.level] >= _LOUDNESS[self.level]

    def lines(self) -> list[Line]:
        """The lines that are shown, oldest first."""
        if self._state is None:
            return []
        return [line for line in self._candidates(self._state.history) if self._wanted(line)]

    def _candidates(self, history: History) -> Iterable[Line]:
        if self.level in {Level.WARNING, Level.ERROR}:
            return (line for line in history.loud if self._of in {"", line.place})
        since = max(0, history.last - INTERLEAVED) if self.interleaved else 0
        return history.since(since, self._of)

    def rebuild(self) -> None:
        """Lays everything out anew: other host, filter, width. What is in view comes first."""
        if self._state is None:
            return
        self._seen = self._state.history.last
        lines = self.lines()
        self._older = lines[:-AT_ONCE]
        self.pane.fill(self._laid_out(lines[-AT_ONCE:]))
        self.tell()

    def lay_out_older(self, count: int = AT_ONCE) -> bool:
        """Some of the lines that are not laid out yet; False if there are none."""
        if not self._older:
            return False
        some, self._older = self._older[-count:], self._older[:-count]
        if not self.pane.prepend(list(self._laid_out(some))):
            self._older = []
        return True

    def lay_out_all(self) -> None:
        """For one who searches or goes far back: everything at once."""
        while self.lay_out_older(len(self._older)):
            pass

    def _laid_out(self, lines: Iterable[Line]) -> Iterator[Row]:
        width = self.pane.scrollable_content_region.width if self.wrap else 0
        for line in lines:
            yield from rows(line, names=self._names, width=width)

    @property
    def _names(self) -> int:
        if not self.interleaved or self._state is None:
            return 0
        return min(NAMES, max(map(len, self._state.history.places), default=1))

    def on_resize(self, event: Resize) -> None:
        del event
        if self.wrap:
            self.call_after_refresh(self.rebuild)

    def tell(self) -> None:
        """The head line: whose log, what of it, and how it moves."""
        pane = self.pane
        if pane.follow:
            self._paused_at, state = self._seen, "following"
        else:
            new = self._seen - self._paused_at
            state = f"paused, {new} new" if new else "paused"
        parts = [
            "all hosts" if self.interleaved else self.place or "no host yet",
            FILTERS[self._filter][1],
            state,
            *([] if self.wrap else ["lines not wrapped"]),
            *([self._found] if self._found else []),
        ]
        head = self.query_one("#log-head", Static)
        head.update(Content(" · ".join(parts)), layout=False)
        head.set_class(not pane.follow, "-paused")

    def to_start(self) -> None:
        self.lay_out_all()
        self.pane.to_start()
        self.tell()

    def toggle_follow(self) -> None:
        if self.pane.follow:
            self.pane.follow = False
        else:
            self.pane.to_end()
        self.tell()

    def toggle_wrap(self) -> None:
        self.wrap = not self.wrap
        self.pane.scroll_to(x=0, animate=False, immediate=True)
        self.rebuild()

    def toggle_interleaved(self) -> None:
        self.interleaved = not self.interleaved
        self.rebuild()

    def next_level(self) -> None:
        self._filter = (self._filter + 1) % len(FILTERS)
        self.rebuild()

    def open_search(self) -> None:
        self.query_one("#search").display = True
        self.query_one(Input).focus()

    def close_search(self) -> None:
        """Ends the search: nothing is marked any more."""
        self.query_one(Input).value = ""
        self.query_one("#search").display = False
        self.pane.search("")
        self._found = ""
        self.tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.lay_out_all()
        self._count(self.pane.search(event.value))

    def find(self, by: int) -> None:
        """The next hit: later (1) or earlier (-1)."""
        self._count(self.pane.find(by))

    def _count(self, found: tuple[int, int]) -> None:
        number, count = found
        needle = self.pane.needle
        told = f"{number} of {count}, n N go on" if count else "not found"
        self._found = f"/{needle}: {told}" if needle else ""
        self.tell()

    def text(self) -> list[str]:
        """What is shown, whole lines unwrapped: for a file or the clipboard."""
        return [text for line in self.lines() for text in as_text(line, self.interleaved)]


def as_text(line: Line, with_place: bool) -> Iterator[str]:
    """A log line as plain text; a failure has several."""
    place = f"{line.place}  " if with_place else ""
    for glyph, _, text in told(line):
        yield f"{clock(line.at)} {place}{glyph} {text}"

"""A log with its head line and search: of one host, or of all with a host column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_installer.front.tui.screens.deploy.log_pane import LogPane
from tui_installer.front.tui.screens.deploy.log_rows import rows
from tui_installer.front.tui.screens.deploy.shown_lines import ShownLines
from tui_installer.front.tui.widgets.wording import clock, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult
    from textual.events import Resize

    from tui_installer.front.tui.screens.deploy.log_rows import Row
    from tui_installer.model.run.history import Line
    from tui_installer.model.run.state import RunState

AT_ONCE = 150
"""Lines laid out in one batch, so that no key waits for more."""
FILL_EVERY = 0.05
"""Seconds between two batches."""


class LogView(Vertical):
    """Filled by `drain`, on a timer. shown: which lines."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ShownLines()
        self.wrap = True
        self._paused_at = 0
        self._found = ""

    def compose(self) -> ComposeResult:
        yield Static(id="log-head", markup=False)
        with Horizontal(id="search"):
            yield Static("/", markup=False)
            yield Input(compact=True, placeholder="text in the log; Enter keeps the hits, Esc ends")
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

    def drain(self, state: RunState) -> None:
        """Appends new lines. Cheap if there are none."""
        if state is not self.shown.state:
            self.shown.state = state
            self.rebuild()
        elif new := self.shown.new():
            self.pane.append(self._laid_out(new))
        self.show_head()

    def show(self, place: str) -> None:
        """Shows another host's log."""
        if place != self.shown.place:
            self.shown.place = place
            if not self.shown.interleaved:
                self.rebuild()

    def rebuild(self) -> None:
        """Lays out everything for a new host, filter or width; the newest lines first."""
        if self.shown.state is None:
            return
        self.shown.seen = self.shown.state.history.last
        lines = self.shown.all()
        self.shown.older = lines[:-AT_ONCE]
        self.pane.fill(self._laid_out(lines[-AT_ONCE:]))
        self.show_head()

    def lay_out_older(self, count: int = AT_ONCE) -> bool:
        """Lays out some of the older lines; returns False if there are none."""
        older = self.shown.older
        if not older:
            return False
        some, self.shown.older = older[-count:], older[:-count]
        if not self.pane.prepend(list(self._laid_out(some))):
            self.shown.older = []
        return True

    def lay_out_all(self) -> None:
        """Lays out everything, for a search or a jump to the oldest line."""
        while self.lay_out_older(len(self.shown.older)):
            pass

    def _laid_out(self, lines: Iterable[Line]) -> Iterator[Row]:
        width = self.pane.scrollable_content_region.width if self.wrap else 0
        for line in lines:
            yield from rows(line, names=self.shown.names, width=width)

    def on_resize(self, event: Resize) -> None:
        del event
        if self.wrap:
            self.call_after_refresh(self.rebuild)

    def show_head(self) -> None:
        """Updates the head line: host, level, following or paused, search."""
        pane = self.pane
        if pane.follow:
            self._paused_at, state = self.shown.seen, "following"
        else:
            new = self.shown.seen - self._paused_at
            state = f"paused, {new} new" if new else "paused"
        parts = [
            "all hosts" if self.shown.interleaved else self.shown.place or "no host yet",
            self.shown.level_text,
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
        self.show_head()

    def toggle_follow(self) -> None:
        if self.pane.follow:
            self.pane.follow = False
        else:
            self.pane.to_end()
        self.show_head()

    def toggle_wrap(self) -> None:
        self.wrap = not self.wrap
        self.pane.scroll_to(x=0, animate=False, immediate=True)
        self.rebuild()

    def toggle_interleaved(self) -> None:
        self.shown.interleaved = not self.shown.interleaved
        self.rebuild()

    def next_level(self) -> None:
        self.shown.next_level()
        self.rebuild()

    def open_search(self) -> None:
        self.query_one("#search").display = True
        self.query_one(Input).focus()

    def close_search(self) -> None:
        """Ends the search and removes the marks."""
        self.query_one(Input).value = ""
        self.query_one("#search").display = False
        self.pane.search("")
        self._found = ""
        self.show_head()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.lay_out_all()
        self._count(self.pane.search(event.value))

    def find(self, by: int) -> None:
        """Goes to the next hit: later (1) or earlier (-1)."""
        self._count(self.pane.find(by))

    def _count(self, found: tuple[int, int]) -> None:
        number, count = found
        needle = self.pane.needle
        text = f"{number} of {count}, n previous, N next" if count else "not found"
        self._found = f"/{needle}: {text}" if needle else ""
        self.show_head()

    def text(self) -> list[str]:
        """Returns the lines shown, unwrapped: for a file or the clipboard."""
        return [text for line in self.shown.all() for text in as_text(line, self.shown.interleaved)]


def as_text(line: Line, with_place: bool) -> Iterator[str]:
    """Yields a log line as plain text; a failure has several."""
    place = f"{line.place}  " if with_place else ""
    for glyph, _, text in told(line):
        yield f"{clock(line.at)} {place}{glyph} {text}"

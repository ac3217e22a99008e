"""The rows of a log: appended in batches, drawn only where they are in view."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.style import Style
    from textual.events import MouseScrollDown, MouseScrollUp

    from tui_installer.front.tui.screens.deploy.log_rows import Row

MOST, DROPPED = 8000, 2000
"""Rows kept, and how many of the oldest are dropped when there are more."""
STYLES = ("head", "ok", "run", "skip", "bad", "warn", "info", "found", "hit")


class LogPane(ScrollView, can_focus=False):
    """follow: stay at the newest row. needle: what is marked in the rows, '' for nothing.

    hit: the row of the current search hit, -1 for none.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"log--{name}" for name in STYLES}

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.follow = True
        self.needle = ""
        self.hit = -1
        self._width = 0
        self._looks: dict[str, Style] = {}

    def fill(self, rows: Iterable[Row]) -> None:
        """Replaces the rows that are shown."""
        self.rows, self._width, self.hit = [], 0, -1
        self.append(rows)
        self.refresh()

    def append(self, rows: Iterable[Row]) -> None:
        new = list(rows)
        self.rows += new
        if len(self.rows) > MOST:
            self._drop(max(DROPPED, len(self.rows) - MOST))
        widest = max((len(row.head) + cell_len(row.text) for row in new), default=0)
        self._width = max(self._width, widest)
        self.virtual_size = Size(self._width, len(self.rows))
        if self.follow:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
        if new:
            self.refresh()

    def prepend(self, rows: Iterable[Row]) -> bool:
        """Adds older rows on top; the view stays. Returns False if there is no more room."""
        new = list(rows)
        if len(self.rows) + len(new) > MOST:
            return False
        self.rows[:0] = new
        self.hit += len(new) if self.hit >= 0 else 0
        self._width = max(self._width, *(len(row.head) + cell_len(row.text) for row in new))
        self.virtual_size = Size(self._width, len(self.rows))
        self.scroll_to(y=self.scroll_y + len(new), animate=False, immediate=True)
        return True

    def _drop(self, count: int) -> None:
        del self.rows[:count]
        self.hit = max(-1, self.hit - count)
        if not self.follow:
            self.scroll_to(y=max(0, self.scroll_y - count), animate=False, immediate=True)

    def pages(self, by: int) -> None:
        """Scrolls by pages; up pauses, down to the end follows again."""
        self.follow = False
        height = max(1, self.size.height - 1)
        self.scroll_to(y=self.scroll_y + by * height, animate=False, immediate=True)
        if by > 0 and self.scroll_y >= self.max_scroll_y:
            self.follow = True

    def to_end(self) -> None:
        self.follow = True
        self.scroll_end(animate=False, immediate=True, x_axis=False)

    def to_start(self) -> None:
        self.follow = False
        self.scroll_to(y=0, animate=False, immediate=True)

    def sideways(self, by: int) -> None:
        self.scroll_to(x=self.scroll_x + by, animate=False, immediate=True)

    def search(self, needle: str) -> tuple[int, int]:
        """Marks a text and goes to its newest hit; '' ends the search. Returns as `find`."""
        self.needle, self.hit = needle, -1
        self.refresh()
        return self.find(-1) if needle else (0, 0)

    def hits(self) -> list[int]:
        """Returns the rows where a text with the needle starts; case is ignored."""
        needle = self.needle.casefold()
        if not needle:
            return []
        return [n for n, row in enumerate(self.rows) if needle in row.whole.casefold()]

    def find(self, by: int) -> tuple[int, int]:
        """Goes to the next hit below (1) or above (-1); returns (its number, the count)."""
        hits = self.hits()
        if not hits:
            return 0, 0
        if by > 0:
            number = next((n for n, row in enumerate(hits) if row > self.hit), 0)
        else:
            above = [n for n, row in enumerate(hits) if row < self.hit]
            number = above[-1] if above else len(hits) - 1
        self.follow, self.hit = False, hits[number]
        middle = self.hit - self.size.height // 2
        self.scroll_to(y=max(0, middle), animate=False, immediate=True)
        self.refresh()
        return number + 1, len(hits)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        del event
        self.follow = False

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        del event
        self.follow = self.scroll_y >= self.max_scroll_y - 1

    def on_scroll_to(self) -> None:
        """The scrollbar was dragged."""
        self.follow = False

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()

    @property
    def _ground(self) -> Style:
        """The widget's own style; to compute it for every cell would cost more than drawing."""
        if "" not in self._looks:
            self._looks[""] = self.rich_style
        return self._looks[""]

    def _look(self, name: str) -> Style:
        if name not in self._looks:
            self._looks[name] = self.get_component_rich_style(f"log--{name}")
        return self._looks[name]

    def render_line(self, y: int) -> Strip:
        number, width = y + int(self.scroll_y), self.size.width
        if number >= len(self.rows):
            return Strip.blank(width, self._ground)
        row = self.rows[number]
        left = int(self.scroll_x)
        text = self._marked(row, number == self.hit)
        strip = Strip([Segment(row.head, self._look("head")), *text])
        return strip.crop_extend(left, left + width, self._ground)

    def _marked(self, row: Row, is_hit: bool) -> Iterator[Segment]:
        mark = self._look("hit" if is_hit else "found")
        style, text, needle = self._look(row.style), row.text, self.needle.casefold()
        folded = text.casefold()
        if not needle or needle not in folded or len(folded) != len(text):
            yield Segment(text, style)
            return
        start = 0
        while (at := folded.find(needle, start)) >= 0:
            yield Segment(text[start:at], style)
            yield Segment(text[at : at + len(needle)], mark)
            start = at + len(needle)
        yield Segment(text[start:], style)

"""Hosts by steps. Each frame is drawn from the run's state; only rows in view cost anything."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_installer.front.tui.screens.deploy import cells

if TYPE_CHECKING:
    from textual.events import Click, Resize

    from tui_installer.model.run.state import RunState

HEAD = 2
"""Rows of column heads, which stay in view."""
NARROWEST, WIDEST = 4, 9
"""Columns of a cell, without the gap after it."""
FACTS_NARROWEST = 2
"""Minimum of the facts' column, which gives way to the steps."""
STYLES = ("ok", "run", "skip", "bad", "warn", "wait", "head", "cursor", "row")


class StepGrid(ScrollView, can_focus=True, inherit_bindings=False):
    """state: the run shown. row, column: the cursor; the log shown is of the row's host."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"grid--{name}" for name in STYLES}
    BINDINGS: ClassVar = [
        Binding(key, f"move({down},{right})", show=False)
        for key, down, right in (("up", -1, 0), ("down", 1, 0), ("left", 0, -1), ("right", 0, 1))
    ]

    class Moved(Message):
        """The user moved the cursor."""

    def __init__(self, state: RunState) -> None:
        super().__init__()
        self.state = state
        self.row, self.column = 0, 0
        self.places: list[str] = []
        self.columns: list[str] = []
        self._lead = 0
        self._rooms: list[int] = []
        self._looks: dict[str, Style] = {}

    @property
    def place(self) -> str:
        """The host, or pseudo host, of the cursor's row; '' if there is none."""
        return self.places[self.row] if self.row < len(self.places) else ""

    @property
    def step(self) -> str:
        return self.columns[self.column] if self.column < len(self.columns) else cells.FACTS

    def show(self, state: RunState) -> None:
        """Draws the state as it is now; the cursor stays on its host."""
        place, self.state = self.place, state
        self.columns, places = cells.columns(state), cells.places(state)
        if places != self.places:
            self.places = places
            self.row = places.index(place) if place in places else 0
            self._measure()
        self.refresh()

    def go(self, place: str) -> None:
        """Puts the cursor on a host's row, if it has one."""
        if place in self.places:
            self._to(self.places.index(place), self.column)

    def next_place(self, by: int) -> None:
        if self.places:
            self._to((self.row + by) % len(self.places), self.column)

    def action_move(self, down: int, right: int) -> None:
        row = min(max(self.row + down, 0), len(self.places) - 1)
        column = min(max(self.column + right, 0), len(self.columns) - 1)
        if row >= 0 and column >= 0:
            self._to(row, column)
            self.post_message(self.Moved())

    def on_click(self, event: Click) -> None:
        row = event.y - HEAD + int(self.scroll_y)
        if event.y >= HEAD and row < len(self.places):
            ends = accumulate((room + 1 for room in self._rooms), initial=self._lead)
            column = sum(end <= event.x for end in ends) - 1
            self._to(row, min(max(column, 0), len(self.columns) - 1))
            self.post_message(self.Moved())

    def _to(self, row: int, column: int) -> None:
        self.row, self.column = row, column
        top, room = int(self.scroll_y), max(1, self.size.height - HEAD)
        if not top <= row < top + room:
            self.scroll_to(y=row if row < top else row - room + 1, animate=False, immediate=True)
        self.refresh()

    def on_resize(self, event: Resize) -> None:
        del event
        self._measure()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()

    def _measure(self) -> None:
        """Divides the width: names first, equal columns for steps, the rest for the facts."""
        width = self.size.width or self.app.size.width
        steps = max(1, len(self.columns) - 1)
        wanted = 3 + max(map(len, self.places), default=8)
        most = max(11, width - FACTS_NARROWEST - steps * (NARROWEST + 1))
        self._lead = min(wanted, most, 26)
        left = width - self._lead
        room = min(max((left - FACTS_NARROWEST) // steps - 1, NARROWEST), WIDEST)
        facts = min(max(left - steps * (room + 1), FACTS_NARROWEST), room)
        self._rooms = [facts, *[room] * steps]
        full = self._lead + sum(self._rooms) + steps
        self.virtual_size = Size(min(full, width), HEAD + len(self.places))
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport, width
        return HEAD + len(self.places)

    @property
    def _ground(self) -> Style:
        """The widget's own style; to compute it for every cell would cost more than drawing."""
        if "" not in self._looks:
            self._looks[""] = self.rich_style
        return self._looks[""]

    def _look(self, name: str) -> Style:
        if name not in self._looks:
            self._looks[name] = self.get_component_rich_style(f"grid--{name}")
        return self._looks[name]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < HEAD:
            segments = self._heads(y)
        else:
            row = y - HEAD + int(self.scroll_y)
            segments = self._row(row) if row < len(self.places) else []
        if self._is_cursor_row(y):
            ground = Style(bgcolor=self._look("row").bgcolor)
            segments = [Segment(text, (style or ground) + ground) for text, style, _ in segments]
            return Strip(segments).adjust_cell_length(width, self._ground + ground)
        return Strip(segments).adjust_cell_length(width, self._ground)

    def _is_cursor_row(self, y: int) -> bool:
        return bool(self.places) and y >= HEAD and y - HEAD + int(self.scroll_y) == self.row

    def _heads(self, y: int) -> list[Segment]:
        style = self._look("head")
        columns = zip(self.columns, self._rooms, strict=False)
        line = "".join(f"{cells.heads(step, room)[y]:<{room + 1}}" for step, room in columns)
        return [Segment(" " * self._lead + line, style)]

    def _row(self, row: int) -> list[Segment]:
        place = self.places[row]
        mark = cells.summary(self.state, place)
        room = self._lead - 3
        name = place if len(place) <= room else f"{place[: room - 1]}…"
        segments = [
            Segment(f"{mark.text} ", self._look(mark.style)),
            Segment(f"{name:<{room + 1}}", self._look("wait" if mark.style == "wait" else "head")),
        ]
        for number, (step, wide) in enumerate(zip(self.columns, self._rooms, strict=False)):
            cell = cells.cell(self.state, step, place, wide)
            style = self._look(cell.style)
            if row == self.row and number == self.column and self.has_focus:
                style += self._look("cursor")
            text = f"{cell.text:<{wide}}"
            segments += [Segment(text, style), Segment(" ", self._ground)]
        return segments

    def on_focus(self) -> None:
        self.refresh()

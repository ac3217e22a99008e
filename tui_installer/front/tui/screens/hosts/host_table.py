"""The table of hosts: name, address, login, and a cell for each live check."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from tui_installer.actions.host_checks.host_check import QUESTIONS, Cell, State
from tui_installer.front.tui.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.front.tui.screens.hosts.host_rows import HostRow

GLYPHS = {
    State.OK: "✓",
    State.WARN: "!",
    State.BAD: "✗",
    State.RUNNING: "…",
    State.WAITING: "·",
    State.REVIEW: "?",
}
SHORT = {
    "reach": "net",
    "key": "key",
    "login": "auth",
    "root": "root",
    "system": "os",
    "clock": "clk",
    "disk": "disk",
    "ports": "port",
    "runs": "runs",
}
LONG = {**SHORT, "reach": "reach", "key": "host key", "clock": "clock", "ports": "ports"}
WORDS_FROM = 148
"""Page width from which cells have room for a word."""


class HostTable(DataTable[Text]):
    """Redraws only the cells that changed: fifty hosts may be checked at once."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"host--{state.value}" for state in State}
    BINDINGS: ClassVar = [
        Binding("enter", "screen.forward", show=False),
        Binding("left,right", "noop", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(
            cursor_type="row",
            cell_padding=0,
            zebra_stripes=False,
            cursor_foreground_priority="renderable",
        )
        self._drawn: list[tuple[Text, ...]] = []
        self._words: bool | None = None
        self._theme = ""

    def show(self, rows: Sequence[HostRow], *, width: int) -> None:
        """width: columns of the page."""
        words = width >= WORDS_FROM
        if words is not self._words or len(rows) != len(self._drawn):
            self._rebuild(words=words, count=len(rows))
        if self._theme != self.app.theme:
            self._theme = self.app.theme
            self._drawn = [()] * len(rows)
        for number, row in enumerate(rows):
            self._draw(number, self._texts(row))

    def _rebuild(self, *, words: bool, count: int) -> None:
        at = self.cursor_row
        self._words = words
        self.clear(columns=True)
        name, address, login = (14, 16, 14) if words else (11, 16, 10)
        self.add_column("Name", width=name)
        self.add_column("Address", width=address)
        self.add_column("Login", width=login)
        for question in QUESTIONS:
            title = LONG[question] if words else SHORT[question]
            self.add_column(title, width=11 if words else len(title) + 1)
        for number in range(count):
            self.add_row(*(Text() for _ in self.columns), key=str(number))
        self._drawn = [()] * count
        if count:
            self.move_cursor(row=min(at, count - 1))

    def _draw(self, number: int, texts: tuple[Text, ...]) -> None:
        before = self._drawn[number]
        for column, text in enumerate(texts):
            if not before or before[column] != text or before[column].style != text.style:
                self.update_cell_at(Coordinate(number, column), text)
        self._drawn[number] = texts

    def _texts(self, row: HostRow) -> tuple[Text, ...]:
        style = self._style(State.BAD) if row.problems else ""
        sizes = [column.width for column in self.ordered_columns[:3]]
        identity = (row.name, row.address or "no address", row.login)
        cells = row.check.cells if row.check else dict.fromkeys(QUESTIONS, Cell())
        return (
            *(
                Text(_cut(text, size - 1), style=style)
                for text, size in zip(identity, sizes, strict=True)
            ),
            *(self._cell(cell) for cell in cells.values()),
        )

    def _cell(self, cell: Cell) -> Text:
        glyph = GLYPHS[cell.state]
        text = f"{glyph} {cell.word}"[:10] if self._words else f"{glyph}"
        return Text(text, style=self._style(cell.state))

    def _style(self, state: State) -> str:
        return str(self.get_component_rich_style(f"host--{state.value}", partial=True))


def _cut(text: str, size: int) -> str:
    """Cuts text to `size` columns; wide and combining characters count as displayed."""
    cut = Text(printable(text, 80))
    cut.truncate(size, overflow="ellipsis")
    return cut.plain

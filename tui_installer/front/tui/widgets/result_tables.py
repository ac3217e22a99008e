"""Tables of a run's results: the verification, expiry of certificates, times."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import DataTable

from tui_installer.front.text.report import WORDS
from tui_installer.front.text.style import duration
from tui_installer.front.tui.widgets.wording import plain
from tui_installer.model.run.events import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.actions.runs.outcome import Expiry
    from tui_installer.model.run.events import Checked
    from tui_installer.model.run.state import RunState

DAY = 86400
SOON = 30
"""Days before its end from which a certificate is marked."""
MIN_LAST = 8
LONGEST = 200
"""Characters of a cell; the page shows the whole text beside the table."""


class ResultTable(DataTable[Text]):
    """Rows of (text, colour variable without $) cells; colours follow the theme.

    fitting: the last column gets the remaining width instead of scrolling.
    """

    def __init__(self, table_id: str, *, fitting: bool = False) -> None:
        super().__init__(id=table_id, cursor_type="row")
        self._fitting = fitting
        self._heads: tuple[str, ...] = ()
        self._cells: list[tuple[tuple[str, str], ...]] = []

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())

    def fill(self, heads: tuple[str, ...], cells: Iterator[tuple[tuple[str, str], ...]]) -> None:
        """Replaces the content; the cursor stays on its row if it exists."""
        self._heads, self._cells = heads, list(cells)
        self._draw()

    def _draw(self) -> None:
        row = self.cursor_row
        self.clear(columns=True)
        for head, width in zip(self._heads, self._widths(), strict=True):
            self.add_column(Text(head), width=width)
        colours = self.app.theme_variables
        for cells in self._cells:
            self.add_row(*(_cell(text, colours.get(tint, "")) for text, tint in cells))
        if row:
            self.move_cursor(row=min(row, len(self._cells) - 1))

    def _widths(self) -> list[int]:
        columns = zip(
            self._heads, *([text for text, _ in cells] for cells in self._cells), strict=True
        )
        widths = [max(cell_len(plain(text[:LONGEST])) for text in column) for column in columns]
        widths = widths or [len(head) for head in self._heads]
        if self._fitting:
            used = sum(width + 2 * self.cell_padding for width in widths[:-1])
            room = self.size.width - used - 2 * self.cell_padding - 1
            widths[-1] = max(MIN_LAST, room)
        return widths

    def on_resize(self) -> None:
        if self._fitting and self._heads:
            self._draw()


def _cell(text: str, colour: str) -> Text:
    return Text(plain(text[:LONGEST]), colour, no_wrap=True, overflow="ellipsis")


def in_order(state: RunState) -> list[Checked]:
    """The checks: what failed first, then host by host."""
    order = {host: number for number, host in enumerate(state.start.hosts if state.start else ())}
    return sorted(state.checks, key=lambda c: (c.ok, order.get(c.host, len(order))))


def check_rows(checks: list[Checked]) -> Iterator[tuple[tuple[str, str], ...]]:
    for check in checks:
        mark = ("✓ ok", "text-success") if check.ok else ("✗ bad", "text-error")
        yield mark, (check.host, ""), (check.check, ""), (check.evidence, "")


def expiry_rows(
    expiries: tuple[Expiry, ...], now: float | None = None
) -> Iterator[tuple[tuple[str, str], ...]]:
    """now: UNIX seconds."""
    at = time.time() if now is None else now
    for one in expiries:
        if one.trouble:
            yield ("✗ bad", "text-error"), (one.name, ""), ("", ""), ("", ""), (one.trouble, "")
            continue
        days = int((one.ends - at) // DAY)
        mark = ("✓ ok", "text-success") if days >= SOON else ("! soon", "text-warning")
        mark = mark if days >= 0 else ("✗ over", "text-error")
        date = time.strftime("%Y-%m-%d", time.gmtime(one.ends))
        kind = "CA" if one.is_ca else "leaf"
        yield mark, (one.name, ""), (date, ""), (f"{days} days", ""), (f"{kind}, {one.subject}", "")


def time_heads(state: RunState) -> tuple[str, ...]:
    return ("Step", *_places(state))


def _places(state: RunState) -> list[str]:
    return list(dict.fromkeys(place for _, place in state.steps))


def time_rows(state: RunState) -> Iterator[tuple[tuple[str, str], ...]]:
    """Step by step, as the report has them."""
    places = _places(state)
    for step in dict.fromkeys(step for step, _ in state.steps):
        yield ((step, ""), *(_time(state, step, place) for place in places))


def _time(state: RunState, step: str, place: str) -> tuple[str, str]:
    found = state.steps.get((step, place))
    if found is None or found.outcome is None:
        return "", ""
    tints = {Outcome.SKIPPED: "state-skip", Outcome.FAILED: "text-error"}
    return WORDS.get(found.outcome) or duration(found.seconds), tints.get(found.outcome, "")

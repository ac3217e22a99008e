"""The SANs in the certificate's order: standing, type, value, reason."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widgets import DataTable

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.sans.sans_view import Row, Standing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual.events import Resize

    from tui_installer.model.certificates import San

WORDS = {
    Standing.LOCKED: "locked",
    Standing.OPEN: "· open",
    Standing.OWN: "yours",
    Standing.DOUBLE: "– twice",
    Standing.WRONG: "✗ wrong",
}
_STANDING, _KIND, _VALUE, _HEAD = 8, 5, 38, 16
_HEADER = 1
_MOST_LINES = 4
"""Of one reason."""


class SanTable(DataTable[Text]):
    """Rows of `sans_view.rows`; the cursor stays where it was."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"san--{one.value}" for one in Standing} | {"san--new"}

    def __init__(self) -> None:
        super().__init__(
            id="sans",
            cursor_type="row",
            cell_padding=0,
            zebra_stripes=False,
        )
        self._rows: tuple[Row, ...] = ()
        self._new: Collection[San] = ()

    def show(self, rows: Sequence[Row], new: Collection[San]) -> None:
        """new: SANs that the earlier run's certificate does not have."""
        self._rows, self._new = tuple(rows), new
        self._draw()

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())

    def on_resize(self, _event: Resize) -> None:
        self._draw()

    def _draw(self) -> None:
        at, rows, new = self.cursor_row, self._rows, self._new
        self._styles = {what: self._style(what) for what in (*Standing, "new")}
        self.clear(columns=True)
        height = self.outer_size.height - _HEADER
        scrollbar = self.styles.scrollbar_size_vertical if len(rows) > height else 0
        room = max(self.outer_size.width - scrollbar - _STANDING - _KIND, 20)
        value = min(max([_HEAD, *(len(row.value) + 1 for row in rows)]), _VALUE, room - 8)
        self.add_column("", width=_STANDING)
        self.add_column("Type", width=_KIND)
        self.add_column("Name or address", width=value)
        self.add_column("Reason", width=room - value)
        reasons = fitted([row.reason for row in rows], room - value, height)
        for row, reason in zip(rows, reasons, strict=True):
            texts = self._texts(row, value, "\n".join(reason), is_new=row.san in new)
            self.add_row(*texts, height=len(reason))
        self.move_cursor(row=min(at, max(len(rows) - 1, 0)))

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        inside = 0 <= self.cursor_row < len(self._rows)
        return self._rows[self.cursor_row] if inside else None

    def to_number(self, number: int) -> None:
        """Moves to the row of an entry's number in the answers' list."""
        at = next((n for n, row in enumerate(self._rows) if row.number == number), None)
        if at is not None:
            self.move_cursor(row=at)

    def _texts(self, row: Row, width: int, reason: str, *, is_new: bool) -> tuple[Text, ...]:
        style = self._styles[row.standing]
        word = f"+ {WORDS[row.standing]}" if is_new else WORDS[row.standing]
        muted = self._styles[Standing.LOCKED]
        return (
            Text(word, style=self._styles["new"] if is_new else style),
            Text(row.kind, style=muted),
            Text(cut(row.value, width - 1), style="" if row.san else style),
            Text(reason, style=style if row.san is None else muted),
        )

    def _style(self, what: str) -> str:
        return str(self.get_component_rich_style(f"san--{what}", partial=True))


def fitted(texts: Sequence[str], width: int, height: int) -> list[list[str]]:
    """Wraps each text to `width` columns: in full if all together take at most `height` lines,
    else cut, at worst to one line each.
    """
    whole = [wrap(printable(text), max(width, 1)) or [""] for text in texts]
    most = next(
        (n for n in range(_MOST_LINES, 1, -1) if sum(min(len(one), n) for one in whole) <= height),
        1,
    )
    return [
        [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width)] if len(lines) > most
        else [cut(line, width) for line in lines]
        for lines in whole
    ]  # fmt: skip


def cut(text: str, size: int) -> str:
    """Cuts text to `size` columns; wide and combining characters count as displayed."""
    line = Text(printable(text))
    line.truncate(size, overflow="ellipsis")
    return line.plain

"""Log lines laid out as rows of a given width. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells

from tui_installer.front.tui.widgets.wording import clock, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.run.history import Line

LEAST_ROOM = 20
"""Minimum columns of wrapped text, even if the head leaves less."""


class Row(NamedTuple):
    """head: time, host, glyph; blank on continuation rows. style: of the text.

    whole: the text before it was wrapped, '' on continuation rows.
    """

    head: str
    text: str
    style: str
    whole: str


def rows(line: Line, *, names: int, width: int) -> Iterator[Row]:
    """Yields rows. names: columns of the host's name, 0 for none. width: wrap at, 0 for never."""
    place = f"{_cut(line.place, names):<{names}} " if names else ""
    lead = f"{clock(line.at)} {place}"
    for number, (glyph, style, text) in enumerate(told(line)):
        head = f"{lead if not number else ' ' * len(lead)}{glyph} "
        pieces = wrapped(text, max(LEAST_ROOM, width - len(head))) if width else [text]
        yield Row(head, pieces[0], style, text)
        for piece in pieces[1:]:
            yield Row(" " * len(head), piece, style, "")


def wrapped(text: str, width: int) -> list[str]:
    """Returns the text in pieces of at most `width` columns, broken at spaces if possible."""
    if not text.isascii():
        return chop_cells(text, width) if cell_len(text) > width else [text]
    pieces = []
    while len(text) > width:
        cut = text.rfind(" ", width // 2, width + 1)
        pieces.append(text[:cut] if cut > 0 else text[:width])
        text = text[cut + 1 :] if cut > 0 else text[width:]
    return [*pieces, text]


def _cut(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: room - 1]}…"

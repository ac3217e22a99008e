"""The last look at every line before it goes to the terminal: nothing in it may act.

Texts are cleaned where they come in. This is for what nobody thought of.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINER = "\u200d"
"""Makes one emoji of several; it does nothing to other text."""


class Tame(LineFilter):
    """Controls and bidi marks become � where they have a width, and go where they have none."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [_tamed(segment) for segment in segments]


def _tamed(segment: Segment) -> Segment:
    text, style, _ = segment
    if text.isprintable():
        return segment
    return Segment("".join(map(_char, text)), style)


def _char(char: str) -> str:
    if char == _JOINER or unicodedata.category(char) not in _UNSAFE:
        return char
    return "�" * cell_len(char)

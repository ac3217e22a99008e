"""Filters every line before it goes to the terminal, so that no text can control it.

Text is cleaned where it enters the program; this is the second line of defence.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

from tui_installer.front.console import in_ascii

if TYPE_CHECKING:
    from textual.color import Color

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINER = "\u200d"
"""Joins several emoji into one; it has no effect on other text."""


class Tame(LineFilter):
    """Replaces controls and bidi marks by �, or removes those that have no width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [_tamed(segment) for segment in segments]


class Ascii(LineFilter):
    """Draws in ASCII what a console that is not UTF-8 cannot show; columns stay in place."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [_in_ascii(segment) for segment in segments]


def _in_ascii(segment: Segment) -> Segment:
    text, style, control = segment
    if control or text.isascii():
        return segment
    return Segment("".join(in_ascii(char) * cell_len(char) for char in text), style)


def _tamed(segment: Segment) -> Segment:
    text, style, _ = segment
    if text.isprintable():
        return segment
    return Segment("".join(map(_char, text)), style)


def _char(char: str) -> str:
    if char == _JOINER or unicodedata.category(char) not in _UNSAFE:
        return char
    return "�" * cell_len(char)

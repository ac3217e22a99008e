"""Colour for plain text; colour is never the only sign: a word or glyph stands beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_CODES = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "dim": 2, "bold": 1}


@dataclass(frozen=True, slots=True)
class Style:
    """Paints text if the stream is a colour terminal and NO_COLOR is not set."""

    colour: bool

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        dumb = os.environ.get("TERM", "dumb") == "dumb"
        return cls(stream.isatty() and not dumb and not os.environ.get("NO_COLOR"))

    def paint(self, text: str, *names: str) -> str:
        if not self.colour or not names:
            return text
        codes = ";".join(str(_CODES[name]) for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"


def size(amount: int) -> str:
    """Returns bytes in SI units: 119.2 MB."""
    value = float(amount)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":  # noqa: PLR2004 - SI steps
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return ""


def duration(seconds: float) -> str:
    """0.4 s, 12.3 s, 2 min 05 s."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)} min {int(rest):02d} s" if minutes else f"{seconds:.1f} s"

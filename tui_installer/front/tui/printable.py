"""Makes text safe to show: no control characters reach the terminal."""

from __future__ import annotations

import unicodedata

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str, limit: int = 0) -> str:
    """The text with controls, bidi marks and line breaks as �; cut to limit characters, 0: not."""
    cut = text if not limit or len(text) <= limit else f"{text[: limit - 1]}…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join("�" if unicodedata.category(char) in _UNSAFE else char for char in cut)


def printable_lines(text: str) -> str:
    """As `printable`, but keeps line breaks."""
    return "\n".join(map(printable, text.split("\n")))

"""Texts of a plan: unified diffs that are safe to show, and shortened lists of names."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def some(names: Sequence[str], most: int = 3) -> str:
    """``a, b, c and 4 more``"""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def unified(before: bytes, after: bytes, path: str) -> str:
    """A unified diff of two texts, '' if either is not text. Safe to show."""
    try:
        old, new = _lines(before), _lines(after)
    except UnicodeDecodeError:
        return ""
    return "\n".join(
        difflib.unified_diff(old, new, f"{path} (host)", f"{path} (wanted)", n=3, lineterm="")
    )


def _lines(data: bytes) -> list[str]:
    text = data.decode().removesuffix("\n")
    return [_visible(line) for line in text.split("\n")] if data else []


def _visible(line: str) -> str:
    """Escapes control characters: the text on the host may come from anyone."""
    return "".join(
        c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in line
    )

"""Reads the simplest YAML without a YAML library, which takes too long for the first frame.

Themes and settings are normally this simple; all other YAML is left to the library.
"""

from __future__ import annotations

import re
from typing import Any

_BLOCK = re.compile(r"([a-z][A-Za-z-]*):")
_ENTRY = re.compile(r'(|  )([a-z][A-Za-z-]*): (?:"(#[0-9A-Fa-f]{6})"|([a-z]+(?:[ -][a-z]+)*))')
_TRUTH = {"true": True, "false": False}
_NOT_TEXT = frozenset({*_TRUTH, "yes", "no", "on", "off", "null"})
"""Words that YAML 1.1 does not read as text."""


def read(text: bytes) -> dict[str, Any] | None:
    """The mapping that PyYAML reads from the text; None if the text needs a YAML library.

    Values are colours in quotes, words, true and false, and one level of mappings of these.
    """
    found: dict[str, Any] = {}
    block: dict[str, Any] | None = None
    for line in text.decode("latin-1").split("\n"):
        if not line or (line.startswith("#") and line.isascii() and line.isprintable()):
            continue
        if opened := _BLOCK.fullmatch(line):
            if block == {} or opened[1] in _NOT_TEXT:
                return None
            block = found[opened[1]] = {}
            continue
        entry = _entry(line)
        if entry is None:
            return None
        indented, key, value = entry
        if indented and block is not None:
            block[key] = value
        elif indented or block == {}:
            return None
        else:
            block, found[key] = None, value
    return found if found and block != {} else None


def _entry(line: str) -> tuple[bool, str, str | bool] | None:
    """(whether it is indented, key, value)."""
    match = _ENTRY.fullmatch(line)
    if match is None:
        return None
    indent, key, colour, words = match.groups()
    value = colour or _TRUTH.get(words, words)
    if key in _NOT_TEXT or value in _NOT_TEXT:
        return None
    return bool(indent), key, value

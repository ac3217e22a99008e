"""YAML and similar text with highlighted keys; never parsed as markup."""

from __future__ import annotations

import re

from textual.content import Content

_KEY = re.compile(r"(\s*(?:- )?)([A-Za-z0-9./_-]+:(?:\s|$))(.*)")


def yaml_text(text: str) -> Content:
    """The text with its keys in the primary colour."""
    return Content("\n").join(_line(line) for line in text.splitlines())


def _line(line: str) -> Content:
    match = _KEY.fullmatch(line)
    if match is None:
        return Content(line)
    space, key, value = match.groups()
    return Content.assemble(space, (key, "$text-primary"), value)

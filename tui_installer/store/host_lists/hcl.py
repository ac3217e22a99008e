"""Reads what ``terraform output`` prints without -json: names, texts, lists and mappings."""

from __future__ import annotations

import json
import re
from typing import Any

_TOKEN = re.compile(
    r'\s*(?:(?P<comment>(?:#|//)[^\n]*)|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<word>[A-Za-z_][\w.-]*)'
    r"|(?P<number>-?[0-9][0-9.]*)|(?P<hidden><[a-z ]+>)|(?P<sign>[\[\]{}()=,:]))"
)
_OUTPUT = re.compile(r"[A-Za-z_][\w-]*\s*=\s*([\[{]|to(list|set|map)\(|\".*\"|<sensitive>)\s*.*")
_MOST_DEPTH = 30


def is_output(text: str) -> bool:
    """Whether every line that starts at the left is ``name = value``, or closes one."""
    lines = [line for line in text.splitlines() if line[:1].strip() and line[0] != "#"]
    opening = [line for line in lines if line[0] not in "]})"]
    return (
        bool(opening)
        and all(_OUTPUT.fullmatch(line) for line in opening)
        and (len(lines) > len(opening) or any("[" in line or "{" in line for line in opening))
    )


def read(text: str) -> dict[str, Any] | None:
    """Returns the outputs by name; None if the text has another form."""
    tokens = _tokens(text)
    try:
        found = _mapping(tokens, "", 0) if tokens is not None else None
    except (IndexError, ValueError, KeyError):
        return None
    return found


def _tokens(text: str) -> list[tuple[str, str]] | None:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        at = match.end()
        if match.lastgroup and match.lastgroup != "comment":
            found.append((match.lastgroup, match[match.lastgroup]))
    return found[::-1]


def _mapping(tokens: list[tuple[str, str]], end: str, depth: int) -> dict[str, Any]:
    """Reads ``name = value`` until the closing sign; takes the tokens from the end of the list."""
    found: dict[str, Any] = {}
    while tokens and tokens[-1][1] != end:
        kind, key = tokens.pop()
        if (kind, key) == ("sign", ","):
            continue
        if tokens.pop()[1] not in {"=", ":"}:
            raise ValueError(key)
        found[json.loads(key) if kind == "text" else key] = _value(tokens, depth + 1)
    if end:
        tokens.pop()
    return found


def _value(tokens: list[tuple[str, str]], depth: int) -> Any:
    if depth > _MOST_DEPTH:
        raise ValueError(depth)
    kind, text = tokens.pop()
    if kind == "text":
        return json.loads(text)
    if kind == "word" and tokens and tokens[-1][1] == "(":
        tokens.pop()
        inner = _value(tokens, depth + 1)
        if tokens.pop()[1] != ")":
            raise ValueError(text)
        return inner
    if text == "{":
        return _mapping(tokens, "}", depth)
    if text == "[":
        items = []
        while tokens[-1][1] != "]":
            if tokens[-1][1] == ",":
                tokens.pop()
            else:
                items.append(_value(tokens, depth + 1))
        tokens.pop()
        return items
    if kind == "sign":
        raise ValueError(text)
    return None if kind == "hidden" or text == "null" else text

"""Reads options files as systemd does; the inverse of `quoting.options_file`.

Sources: systemd src/basic/env-file.c (parse_env_file_internal), src/basic/extract-word.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPED_IN_DOUBLE_QUOTES = '"\\`$'
_BLANKS = " \t\n\r"


def read_options(text: str) -> tuple[str, tuple[str, ...]]:
    """The variable of an options file and the arguments that the program receives.

    Reads the format of the tutorial and of this program: one ``NAME="…"``, with comments and blank
    lines before it. Raises ValueError for anything else.
    """
    name, equals, rest = _without_comments(text).partition("=")
    if not equals or not name.strip().isidentifier():
        raise ValueError('an options file must be NAME="--flag=value …"')
    value, after = _double_quoted(rest.lstrip(" \t"))
    if after.strip():
        raise ValueError("an options file must set one variable; there is text after it")
    return name.strip(), split_words(value)


def _without_comments(text: str) -> str:
    lines = text.splitlines(keepends=True)
    while lines and (not lines[0].strip() or lines[0].lstrip()[0] in "#;"):
        lines.pop(0)
    return "".join(lines)


def _double_quoted(text: str) -> tuple[str, str]:
    if not text.startswith('"'):
        raise ValueError("the value of an options file must be in double quotes")
    chars: list[str] = []
    position = 1
    while position < len(text) and text[position] != '"':
        step, char = _quoted_char(text, position)
        chars.append(char)
        position += step
    if position >= len(text):
        raise ValueError("an options file must end with a double quote")
    return "".join(chars), text[position + 1 :]


def _quoted_char(text: str, position: int) -> tuple[int, str]:
    if text[position] != "\\" or position + 1 == len(text):
        return 1, text[position]
    following = text[position + 1]
    if following == "\n":
        return 2, ""
    return 2, following if following in _ESCAPED_IN_DOUBLE_QUOTES else f"\\{following}"


def split_words(text: str) -> tuple[str, ...]:
    """The words that ``$NAME`` in ExecStart= becomes, without quotes and backslashes."""
    return tuple(_words(text))


def _words(text: str) -> Iterator[str]:
    word: list[str] | None = None
    quote = ""
    chars = iter(text)
    for char in chars:
        if not quote and char in _BLANKS:
            if word is not None:
                yield "".join(word)
            word = None
            continue
        word = [] if word is None else word
        if char == "\\":
            word.append(next(chars, ""))
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        else:
            word.append(char)
    if word is not None:
        yield "".join(word)

"""Whether a console shows more than ASCII, and what stands for other characters if not."""

from __future__ import annotations

import codecs
import contextlib
import functools
import locale
import os
import sys
import unicodedata
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")
"""The variables of the locale; the first that is set counts."""
POOR_TERMS = ("linux", "vt100", "vt102", "vt220", "ansi", "cons25", "sun")
"""Terminals whose fonts lack most symbols, whatever the locale says."""
SYMBOLS = {
    "✓": "+", "✗": "x", "·": ".", "…": "~", "–": "-", "—": "-", "→": ">", "←": "<", "↑": "^",
    "↓": "v", "▸": ">", "▼": "v", "▲": "^", "▶": ">", "•": "*", "×": "x", "≥": ">", "≤": "<",
    "“": '"', "”": '"', "‘": "'", "’": "'", "�": "?", "⏎": "<", "●": "*", "○": "o", "■": "#",
}  # fmt: skip
"""Symbol → one ASCII character, so that columns stay in place."""
IN_TEXT = {**SYMBOLS, "…": "...", "→": "->", "≥": ">=", "≤": "<="}
"""The same for running text, where width does not matter."""
HANDLER = "tui-installer-ascii"
_BLOCKS = range(0x2580, 0x28FF)
_SET_BY_USER = ("PYTHONIOENCODING", "PYTHONUTF8")


def codeset(environ: Mapping[str, str]) -> str:
    """Returns the codeset that the locale names, such as ``utf-8`` or ``iso-8859-1``.

    Without a locale it is utf-8, as Python has it. environ: the process's own as it was started:
    Python adds a UTF-8 LC_CTYPE to its copy where the locale is C.
    """
    names = (environ.get(name, "") for name in LOCALE)
    name = next(filter(None, names), "")
    if not name:
        return "utf-8"
    language, _, rest = name.partition(".")
    if language in ("C", "POSIX") and not rest:
        return "ascii"
    with contextlib.suppress(LookupError):
        return codecs.lookup(rest.partition("@")[0] or locale.getencoding()).name
    return "ascii"


def why_ascii(environ: Mapping[str, str], *, terminal: bool) -> str:
    """Returns why only ASCII is shown, such as ``LANG=C``; '' if everything can be.

    terminal: whether it is for a terminal, so that TERM counts.
    """
    if terminal and (term := environ.get("TERM", "").partition("-")[0]) in POOR_TERMS:
        return f"TERM={term}"
    if codeset(environ) == "utf-8" or any(environ.get(name) for name in _SET_BY_USER):
        return ""
    name = next(name for name in LOCALE if environ.get(name))
    return f"{name}={environ[name]}"


def started_with() -> dict[str, str]:
    """Returns the environment that this process was started with."""
    try:
        pairs = Path("/proc/self/environ").read_bytes().split(b"\0")
    except OSError:
        return dict(os.environ)
    parted = (os.fsdecode(pair).partition("=") for pair in pairs if pair)
    return {name: value for name, _, value in parted}


def prepare() -> None:
    """Makes stdout and stderr fit the locale: what they cannot encode is written in ASCII.

    Says so at a terminal, so that nobody looks for the missing symbols.
    """
    codecs.register_error(HANDLER, _replaced)
    environ = started_with()
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, TextIOWrapper):
            continue
        if not why_ascii(environ, terminal=stream.isatty()):
            stream.reconfigure(errors=HANDLER)
            continue
        found = codeset(environ)
        stream.reconfigure(encoding="ascii" if found == "utf-8" else found, errors=HANDLER)
    if sys.stderr.isatty() and (text := notice(environ)):
        print(f"note: {text}", file=sys.stderr)


def notice(environ: Mapping[str, str]) -> str:
    """Returns a sentence for a terminal that is shown ASCII only, else ''."""
    why = why_ascii(environ, terminal=True)
    if not why:
        return ""
    return f"{why}: symbols are shown in ASCII; LANG=C.UTF-8 on a UTF-8 terminal shows all"


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """The error handler of the streams."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(IN_TEXT.get(char) or in_ascii(char) for char in text), error.end


@functools.cache
def in_ascii(char: str) -> str:
    """Returns the ASCII character that stands for another; ``?`` for an unknown one."""
    if char.isascii():
        return char
    if found := SYMBOLS.get(char):
        return found
    name = unicodedata.name(char, "")
    if name.startswith("BOX DRAWINGS"):
        down = "VERTICAL" in name or "UP" in name or "DOWN" in name
        across = "HORIZONTAL" in name or "LEFT" in name or "RIGHT" in name
        return "+" if down and across else "|" if down else "-"
    if ord(char) in _BLOCKS:
        return "#"
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain if len(plain) == 1 else "?"

"""What the terminal of this process can show, for `tui-installer doctor`."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from tui_installer.actions.doctor.finding import Finding, ok, warn
from tui_installer.front import console

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST = (80, 24)
"""Columns and lines that the wizard needs."""
_TRUE_COLOUR = ("truecolor", "24bit")


def findings() -> Iterator[Finding]:
    """Yields what is found of terminal, size, colours and locale."""
    yield _terminal()
    if sys.stdout.isatty():
        yield _size()
    yield _colours()
    yield _locale()


def _terminal() -> Finding:
    term = os.environ.get("TERM", "")
    piped = [
        name
        for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout), ("stderr", sys.stderr))
        if not stream.isatty()
    ]
    if piped:
        text = f"{', '.join(piped)} redirected: the wizard cannot be shown"
        return warn("Terminal", text, "run it at a terminal, or use --answers FILE")
    if term in ("", "dumb"):
        text = f"TERM={term}: the wizard cannot be shown"
        return warn("Terminal", text, "set TERM, such as xterm-256color, or use --answers FILE")
    return ok("Terminal", f"TERM={term}: the wizard can be shown")


def _size() -> Finding:
    width, height = shutil.get_terminal_size()
    text = f"{width}x{height}"
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return warn("Size", text, f"enlarge it: the wizard needs {SMALLEST[0]}x{SMALLEST[1]}")
    return ok("Size", text)


def _colours() -> Finding:
    if os.environ.get("NO_COLOR"):
        return ok("Colours", "none: NO_COLOR is set")
    if os.environ.get("COLORTERM") in _TRUE_COLOUR:
        return ok("Colours", "16 million (COLORTERM)")
    many = "256color" in os.environ.get("TERM", "")
    return ok("Colours", "256" if many else "16: TERM and COLORTERM promise no more")


def _locale() -> Finding:
    environ = console.started_with()
    if text := console.notice(environ):
        why, _, rest = text.partition(": ")
        return warn("Locale", f"{why}: symbols are shown in ASCII", rest.partition("; ")[2])
    names = (name for name in console.LOCALE if environ.get(name))
    return ok("Locale", next((f"{name}={environ[name]}" for name in names), "none set") + ": UTF-8")

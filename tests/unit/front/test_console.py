"""Consoles that are not UTF-8: what is shown there, in text and in the wizard."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from rich.segment import Segment
from textual.color import Color

from tui_installer.front import console
from tui_installer.front.tui.tame import Ascii

UTF8 = {"LANG": "C.UTF-8"}


@pytest.mark.parametrize(
    ("environ", "codeset"),
    [
        ({}, "utf-8"),
        (UTF8, "utf-8"),
        ({"LANG": "de_DE.utf8"}, "utf-8"),
        ({"LANG": "C"}, "ascii"),
        ({**UTF8, "LC_ALL": "POSIX"}, "ascii"),
        ({"LC_ALL": "", "LC_CTYPE": "C", **UTF8}, "ascii"),
        ({"LANG": "de_DE.ISO-8859-1"}, "iso8859-1"),
        ({"LANG": "de_DE.ISO-8859-15@euro"}, "iso8859-15"),
        ({"LANG": "xx.nonsense"}, "ascii"),
    ],
)
def test_the_locale_names_the_codeset(environ: dict[str, str], codeset: str) -> None:
    assert console.codeset(environ) == codeset


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({**UTF8, "TERM": "xterm-256color"}, ""),
        ({**UTF8, "TERM": "linux"}, "TERM=linux"),
        ({**UTF8, "TERM": "vt100-am"}, "TERM=vt100"),
        ({"LANG": "C", "TERM": "xterm"}, "LANG=C"),
        ({"LANG": "C", "TERM": "xterm", "PYTHONUTF8": "1"}, ""),
    ],
)
def test_the_reason_is_named(environ: dict[str, str], why: str) -> None:
    assert console.why_ascii(environ, terminal=True) == why
    assert console.notice(environ).startswith(why)


def test_a_file_does_not_care_for_the_terminal() -> None:
    assert console.why_ascii({**UTF8, "TERM": "linux"}, terminal=False) == ""


def written(environ: dict[str, str]) -> bytes:
    """What a process of that environment writes to a pipe."""
    program = (
        "from tui_installer.front import console; console.prepare(); "
        "print('✓ ✗ · – … → ü ─ 漢 \\U0001f600')"
    )
    env = {k: v for k, v in os.environ.items() if k not in (*console.LOCALE, "PYTHONUTF8")}
    done = subprocess.run(
        [sys.executable, "-c", program], env={**env, **environ}, capture_output=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize(
    ("environ", "text"),
    [
        ({"LANG": "C"}, b"+ x . - ... -> u - ? ?\n"),
        ({"LC_ALL": "POSIX"}, b"+ x . - ... -> u - ? ?\n"),
        ({"LANG": "de_DE.ISO-8859-1"}, b"+ x \xb7 - ... -> \xfc - ? ?\n"),
        (UTF8, "✓ ✗ · – … → ü ─ 漢 \U0001f600\n".encode()),
    ],
)
def test_output_fits_the_locale_and_never_fails(environ: dict[str, str], text: bytes) -> None:
    assert written(environ) == text


def test_the_wizard_s_lines_keep_their_width() -> None:
    lines = ["╭─┬╮│ ✓ Hosts … 漢字 ▁█⠋ ü", "plain"]
    shown = [one.text for one in Ascii().apply([Segment(line) for line in lines], Color(0, 0, 0))]
    assert shown == ["+-++| + Hosts ~ ???? ### u", "plain"]
    assert [Segment(one).cell_length for one in shown] == [Segment(o).cell_length for o in lines]


def test_every_symbol_has_one_character() -> None:
    assert all(len(text) == 1 and text.isascii() for text in console.SYMBOLS.values())

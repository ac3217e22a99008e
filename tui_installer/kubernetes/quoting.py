"""Quotes text that other programs parse: systemd's options files and units, and CSV.

An options file passes through two readers. systemd's EnvironmentFile= reader joins the lines
inside double quotes and removes one backslash level (src/basic/env-file.c); then ``$NAME`` in
ExecStart= is split into words, which removes quotes and another backslash level
(src/basic/extract-word.c, EXTRACT_UNQUOTE | EXTRACT_RELAX). Neither expands ``$`` or ``%``.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLAIN_WORD = re.compile(r"""[^\s'"\\]+""")
_NONCHARACTERS_FROM, _NONCHARACTERS_TO = 0xFDD0, 0xFDEF
_PLANE_END = 0xFFFE


def unfit(text: str) -> str:
    """Why a text cannot be written to an options file or unit (``contains …``), or ''.

    systemd refuses the whole assignment for Unicode's noncharacters (src/basic/utf8.c,
    unichar_is_valid; seen with v252). Control characters are refused here: a line break ends
    a line of a unit, and no flag's value needs one.
    """
    if bad := next((char for char in text if unicodedata.category(char) in _CONTROL), ""):
        return f"contains U+{ord(bad):04X}, a control character"
    if bad := next((char for char in text if _noncharacter(ord(char))), ""):
        return f"contains U+{ord(bad):04X}, which systemd does not pass on"
    return ""


_CONTROL = ("Cc", "Cs")


def _noncharacter(code: int) -> bool:
    return _NONCHARACTERS_FROM <= code <= _NONCHARACTERS_TO or code & _PLANE_END == _PLANE_END


def options_file(variable: str, options: Sequence[tuple[str, str]]) -> bytes:
    r"""The options file in the tutorial's format: ``KUBE_APISERVER_OPTS="--a=b \``, a flag a line.

    Raises ValueError for text that is `unfit`.
    """
    words = [_word(f"--{name}={value}") for name, value in options]
    return f'{variable}="{_LINE_BREAK.join(_in_double_quotes(w) for w in words)}"\n'.encode()


_LINE_BREAK = " \\\n"


def _word(text: str) -> str:
    """One word after the splitting of ``$NAME``; quoted only if needed."""
    if reason := unfit(text):
        raise ValueError(f"{text!r} {reason}")
    if _PLAIN_WORD.fullmatch(text):
        return text
    return "'" + re.sub(r"(['\\])", r"\\\1", text) + "'"


def _in_double_quotes(text: str) -> str:
    return re.sub(r'(["\\`$])', r"\\\1", text)


def exec_path(text: str) -> str:
    """The program's path in ExecStart=. ``$`` stays as it is there.

    Raises ValueError for what systemd refuses in it: quotes and backslashes too
    (systemd src/basic/string-util.c, string_is_safe).
    """
    if bad := re.search(r"""['"\\]""", text):
        raise ValueError(f"{text!r} contains {bad[0]}, which systemd refuses in a program's path")
    path = unit_value(text)
    return path if _PLAIN_WORD.fullmatch(path) else f'"{path}"'


def unit_value(text: str) -> str:
    """A path or sentence as a unit's whole value, as for EnvironmentFile=."""
    if reason := unfit(text):
        raise ValueError(f"{text!r} {reason}")
    return text.replace("%", "%%")


def unit_path(text: str) -> str:
    """One path of several in a unit's value, as for ReadWritePaths=."""
    path = unit_value(text)
    return path if _PLAIN_WORD.fullmatch(path) else '"' + re.sub(r'(["\\])', r"\\\1", path) + '"'


class _AllQuoted(csv.excel):
    quoting = csv.QUOTE_ALL


def csv_line(fields: Iterable[str], *, quote: bool = False) -> str:
    """One record without its line end, as Go's encoding/csv and RFC 4180 read it.

    quote: quote every field, not only those that need it. Raises ValueError for control
    characters: a line break would make two records.
    """
    fields = tuple(fields)
    if any(unicodedata.category(char) == "Cc" for field in fields for char in field):
        raise ValueError("a field contains a control character")
    line = io.StringIO()
    dialect = _AllQuoted if quote else csv.excel
    csv.writer(line, dialect, lineterminator="").writerow(fields)
    return line.getvalue()

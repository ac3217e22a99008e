"""Decodes bytes to text for the YAML parser: checks size, UTF-8 and control characters."""

from __future__ import annotations

import re
from typing import NoReturn

from tui_installer.model.check.problems import AnswersInvalid, Problem

MAX_BYTES = 256 * 1024

# Breaks that only YAML 1.1 knows (NEL, LS, PS), and characters that reorder what is shown.
_FORBIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069"
    "\\ufeff\\ufffe\\uffff]"
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes, name: str) -> str:
    """The text, without a byte order mark. Raises AnswersInvalid."""
    if len(data) > MAX_BYTES:
        size = f"want at most {MAX_BYTES // 1024} KiB"
        raise AnswersInvalid([Problem("", "too large for an answers file", size, name)])
    if data.startswith(_UTF16):
        raise AnswersInvalid([Problem("", "is UTF-16", "save it as UTF-8", name, 1, 1)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        _refuse(
            before, f"the byte 0x{data[error.start]:02X} is not UTF-8", "save it as UTF-8", name
        )
    if bad := _FORBIDDEN.search(text):
        what = f"the control character U+{ord(bad[0]):04X}"
        _refuse(
            text[: bad.start()], what, "remove it; in quotes it may be written as an escape", name
        )
    return text


def _refuse(before: str, message: str, hint: str, name: str) -> NoReturn:
    """Raises AnswersInvalid with the place right after `before`."""
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    raise AnswersInvalid([Problem("", message, hint, name, line, column)])

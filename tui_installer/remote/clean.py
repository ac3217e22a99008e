"""Remote text made safe to show: no escape sequences, no controls, no bidi tricks."""

from __future__ import annotations

import re

LINE_LIMIT = 4096
"""Characters a shown line may have; longer ones end in an ellipsis."""

_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI, also when cut short (ECMA-48 5.4)
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d\x9e\x9f])"  # OSC, DCS, SOS, PM, APC ...
    "[^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\\\)?"  # ... up to BEL, ST or the newline
    "|\x1b[ -/]*[0-~]?"  # every other escape, and a lone ESC
)

_UNSAFE_RANGES = (
    (0x00, 0x08),
    (0x0B, 0x1F),
    (0x7F, 0x9F),
    (0x061C, 0x061C),  # Arabic letter mark
    (0x200B, 0x200F),  # zero widths, LRM, RLM
    (0x2028, 0x202E),  # line and paragraph separators, embeddings, overrides
    (0x2060, 0x206F),  # invisible operators, isolates, deprecated format characters
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE007F),  # tags
)
_UNSAFE = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _UNSAFE_RANGES) + "]")


def clean(raw: bytes | str, limit: int = LINE_LIMIT) -> str:
    """Text without anything a terminal would act upon; newlines and tabs stay.

    Bad UTF-8 becomes U+FFFD; a line overwritten by carriage returns becomes what was
    written last; a line longer than `limit` characters is cut and ends in ``…``.
    """
    text = _decoded(raw).replace("\r\n", "\n")
    if _UNSAFE.search(text):
        text = "\n".join(_last_written(line) for line in text.split("\n"))
        text = _UNSAFE.sub("", _SEQUENCE.sub("", text))
    if len(text) <= limit:
        return text
    return "\n".join(_cut(line, limit) for line in text.split("\n"))


def _decoded(raw: bytes | str) -> str:
    if isinstance(raw, str):  # a lone surrogate could not be printed
        raw = raw.encode("utf-8", "replace")
    return raw.decode("utf-8", "replace")


def _last_written(line: str) -> str:
    """What a progress line shows at its end: the text after the last carriage return."""
    return line.rstrip("\r").rsplit("\r", 1)[-1]


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else line[: limit - 1] + "…"

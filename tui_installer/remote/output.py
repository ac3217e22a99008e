"""What a script sends, kept within bounds."""

from __future__ import annotations

from tui_installer.remote.clean import clean

STDOUT_LIMIT = 16 * 1024 * 1024
STDERR_LIMIT = 256 * 1024
STDOUT_LINES = 400_000
"""A line takes 50 bytes and more as a text of its own, however short it is."""
LINE_BYTES = 64 * 1024
"""Bytes of an unfinished line that are held; the rest of such a line is dropped."""


class Collected:
    """Bytes and lines up to a limit; `add` answers False once there was more."""

    def __init__(self, limit: int = STDOUT_LIMIT, lines: int = STDOUT_LINES) -> None:
        self._limit, self._most_lines = limit, lines
        self._parts: list[bytes] = []
        self._size = self._lines = 0

    def add(self, data: bytes) -> bool:
        self._size += len(data)
        self._lines += data.count(b"\n")
        if self._size > self._limit or self._lines > self._most_lines:
            return False
        self._parts.append(data)
        return True

    def value(self) -> bytes:
        return b"".join(self._parts)


class Tail:
    """The last bytes of a stream: a failure is reported at the end."""

    def __init__(self, limit: int = STDERR_LIMIT) -> None:
        self._limit = limit
        self._data = bytearray()
        self._dropped = 0

    def add(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > 2 * self._limit:
            self._drop()

    def text(self) -> str:
        self._drop()
        head = f"… {self._dropped} bytes left out …\n" if self._dropped else ""
        return head + clean(bytes(self._data))

    def _drop(self) -> None:
        extra = max(len(self._data) - self._limit, 0)
        self._dropped += extra
        del self._data[:extra]


class Lines:
    """Splits a stream into cleaned lines."""

    def __init__(self) -> None:
        self._partial = b""

    def feed(self, data: bytes) -> list[str]:
        *whole, last = data.split(b"\n")
        lines = []
        for part in whole:
            lines.append(clean((self._partial + part)[:LINE_BYTES]))
            self._partial = b""
        self._partial = (self._partial + last)[:LINE_BYTES]
        return lines

    def rest(self) -> list[str]:
        """The line that had no newline, if there is one."""
        last, self._partial = self._partial, b""
        return [clean(last)] if last else []

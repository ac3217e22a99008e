"""Runs a program on a separate terminal: reads what it paints and when, and presses keys."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from dataclasses import dataclass

from measured import BenchmarkFailed

_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")


@dataclass
class Terminal:
    """began: time.monotonic() when the program was started."""

    pid: int
    handle: int
    began: float

    @classmethod
    def start(cls, argv: list[str], *, width: int = 80, height: int = 24) -> Terminal:
        began = time.monotonic()
        pid, handle = pty.fork()
        if pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            os.execvp(argv[0], argv)
        return cls(pid, handle, began)

    def wait_for(self, text: str, seconds: float = 30.0) -> float:
        """time.monotonic() when the complete text was painted. Raises BenchmarkFailed."""
        end, seen = time.monotonic() + seconds, b""
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.handle], [], [], left)[0]:
                continue
            try:
                seen += os.read(self.handle, 1 << 16)
            except OSError:
                break
            if text.encode() in _SEQUENCE.sub(b"", seen):
                return time.monotonic()
        tail = _SEQUENCE.sub(b"", seen)[-500:].decode(errors="replace")
        raise BenchmarkFailed(f"{text!r} was not painted within {seconds} s; at the end: {tail!r}")

    def press(self, key: str) -> float:
        """Sends the bytes of a key; returns the time."""
        pressed = time.monotonic()
        os.write(self.handle, key.encode())
        return pressed

    def drain(self, seconds: float) -> None:
        """Reads what is painted in this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.handle], [], [], left)[0]:
                try:
                    os.read(self.handle, 1 << 16)
                except OSError:
                    return

    def end(self, key: str = "\x11") -> None:
        """Quits the program (by Ctrl+Q unless given) and waits for its end."""
        self.press(key)
        while True:
            try:
                if not os.read(self.handle, 1 << 16):
                    break
            except OSError:
                break
        os.waitpid(self.pid, 0)
        os.close(self.handle)

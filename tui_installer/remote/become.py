"""Privilege escalation: the command that is sent, and stderr until the script starts.

The command is the same for every script, so neither process lists nor sudo's log show
more than it. The script and its arguments follow on stdin as one line, which ``read``
takes byte by byte and therefore exactly (POSIX: read shall not consume past the newline);
what the caller has for the script's own stdin comes after that.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = frozenset({"root", "sudo", "sudo with password"})
NEVER = "never"
MISSING = "missing"
NOISE_LIMIT = 16 * 1024
PROMPTS = 10
"""More often sudo asks nobody; its passwd_tries is 3 by default."""

# No single quotes, newlines, backslashes or exclamation marks: login shells that are not
# POSIX (fish, csh) pass such a text in single quotes on unchanged.
_START = (
    "cd /; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL; "
    'echo "$1" >&2; IFS= read -r script || exit 125; eval "$(printf %b "$script")"'
)
# -k: without it a ticket of sudo's could make the prompt, which we wait for, not appear.
_BECOME = (
    "LC_ALL=C; export LC_ALL; "
    'if [ "$(id -u)" = 0 ]; then exec sh -c "$1" tui-installer "$2:root"; fi; '
    'if [ "$3" = never ]; then echo "$2:never" >&2; exit 126; fi; '
    'command -v sudo >/dev/null 2>&1 || { echo "$2:missing" >&2; exit 127; }; '
    "if sudo -n true </dev/null >/dev/null 2>&1; then "
    'exec sudo -n -- sh -c "$1" tui-installer "$2:sudo"; fi; '
    'exec sudo -S -k -p "$2?" -- sh -c "$1" tui-installer "$2:sudo with password"'
)


def command(nonce: str, *, sudo: bool) -> str:
    """The command line for the login shell; `nonce` marks our own lines on stderr."""
    words = (_BECOME, "tui-installer", _START, nonce, "auto" if sudo else NEVER)
    return "exec sh -c " + " ".join(shlex.quote(word) for word in words)


def script_line(script: str, args: Sequence[str]) -> bytes:
    """The script with its arguments as the one line that the command reads.

    Raises ValueError for a NUL, which no shell can carry.
    """
    text = f"set -- {' '.join(shlex.quote(arg) for arg in args)}\n{script}"
    if "\0" in text:
        raise ValueError("a script and its arguments cannot hold a NUL")
    return text.replace("\\", "\\\\").replace("\n", "\\n").encode() + b"\n"


class Becoming:
    """Reads stderr until the script starts.

    asked: how often sudo wanted the password; the second time the first was wrong.
    result: one of ROOT, NEVER, MISSING, or '' as long as it is open.
    """

    def __init__(self, nonce: str) -> None:
        self._mark = re.compile(re.escape(nonce.encode()) + rb"(?:(\?)|:([a-z ]+)\r?\n)")
        self._keep = len(nonce) + 32
        self._buffer = b""
        self._noise = b""
        self.asked = 0
        self.result = ""

    @property
    def started(self) -> bool:
        return self.result in ROOT

    @property
    def noise(self) -> bytes:
        """What others wrote meanwhile: banners, sudo's lecture, sudo's refusal."""
        return self._noise + self._buffer

    def feed(self, data: bytes) -> bytes:
        """Take some of stderr; returns what of it is the script's."""
        if self.started:
            return data
        self._buffer += data
        while match := self._mark.search(self._buffer):
            self._add_noise(self._buffer[: match.start()])
            self._buffer = self._buffer[match.end() :]
            if match[1]:
                self.asked += 1
                continue
            self.result = match[2].decode()
            if self.started:
                rest, self._buffer = self._buffer, b""
                return rest
        self._bound()
        return b""

    def _bound(self) -> None:
        if len(self._buffer) > NOISE_LIMIT:
            self._add_noise(self._buffer[: -self._keep])
            self._buffer = self._buffer[-self._keep :]

    def _add_noise(self, data: bytes) -> None:
        self._noise = (self._noise + data)[-NOISE_LIMIT:]

"""Resolves Host aliases of ~/.ssh/config. The file is read only when the user pastes hosts.

Host, HostName, User, Port, IdentityFile and ProxyJump; the first value found wins, as in
ssh_config(5). Match blocks and Include are ignored.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

MOST_BYTES = 1 << 20
_WORD = re.compile(r"\s*=\s*|\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """patterns: of its Host line. options: (lower-case keyword, value), in order."""

    patterns: tuple[str, ...]
    options: list[tuple[str, str]] = field(default_factory=list)

    def matches(self, alias: str) -> bool:
        if any(p.startswith("!") and fnmatchcase(alias, p[1:]) for p in self.patterns):
            return False
        return any(fnmatchcase(alias, pattern) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class Alias:
    """What an alias stands for; '' where the file has no value."""

    host: str
    user: str = ""
    port: str = ""
    identity_files: tuple[str, ...] = ()
    jump: str = ""


class SshConfig:
    """The blocks of a file's text."""

    def __init__(self, text: str = "") -> None:
        self._blocks = list(_blocks(text))

    @classmethod
    def read(cls, file: Path | None = None) -> SshConfig:
        """Reads the user's own file; empty if there is none."""
        try:
            with (file or Path("~/.ssh/config").expanduser()).open("rb") as stream:
                return cls(stream.read(MOST_BYTES).decode("utf-8", "replace"))
        except (OSError, RuntimeError):
            return cls()

    def alias(self, name: str) -> Alias | None:
        """Returns what the name stands for; None if no Host line has it literally."""
        named = any(name in block.patterns for block in self._blocks)
        if not named or any(char in name for char in "*?!"):
            return None
        options = [
            option for block in self._blocks if block.matches(name) for option in block.options
        ]
        first: dict[str, str] = {}
        for keyword, value in options:
            first.setdefault(keyword, value)
        return Alias(
            host=first.get("hostname", name).replace("%h", name).replace("%%", "%"),
            user=first.get("user", ""),
            port=first.get("port", ""),
            identity_files=tuple(
                value.replace("%d", "~") for keyword, value in options if keyword == "identityfile"
            ),
            jump="" if first.get("proxyjump", "none") == "none" else first["proxyjump"],
        )


def _blocks(text: str) -> list[Block]:
    blocks = [Block(("*",))]
    for line in text.splitlines():
        keyword, value = _option(line)
        if keyword == "host":
            blocks.append(Block(tuple(_words(value))))
        elif keyword == "match":
            blocks.append(Block(()))
        elif keyword:
            blocks[-1].options.append((keyword, value.strip('"')))
    return blocks


def _option(line: str) -> tuple[str, str]:
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return "", ""
    parts = _WORD.split(stripped, maxsplit=1)
    keyword, value = parts[0].lower(), parts[1] if len(parts) > 1 else ""
    return keyword, value.strip()


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=False)
    except ValueError:
        return text.split()

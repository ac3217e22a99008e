"""known_hosts files, as sshd(8) describes them under SSH_KNOWN_HOSTS FILE FORMAT."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SSH_PORT = 22
CERT_AUTHORITY = "@cert-authority"
REVOKED = "@revoked"


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public key. kind: such as ``ssh-ed25519``. blob: its RFC 4253 encoding."""

    kind: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """``SHA256:…`` as ssh-keygen -l prints it."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    def __str__(self) -> str:
        return f"{self.fingerprint} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. marker: '', CERT_AUTHORITY or REVOKED. line: 1-based."""

    file: Path
    line: int
    marker: str
    patterns: str
    key: HostKey

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def matches(self, name: str) -> bool:
        """Whether the line speaks of `name`, which is in the form `host_name` makes."""
        if self.patterns.startswith("|"):
            return _hash_matches(self.patterns, name)
        matched = False
        for pattern in self.patterns.split(","):
            if pattern.startswith("!") and _wildcard(pattern[1:].lower()).fullmatch(name):
                return False
            matched = matched or bool(_wildcard(pattern.lower()).fullmatch(name))
        return matched


def host_name(address: str, port: int) -> str:
    """The name a host goes by in such files: ``[address]:port``, or the bare one for 22."""
    lower = address.lower()
    return lower if port == SSH_PORT else f"[{lower}]:{port}"


def read(files: Iterable[Path]) -> list[Entry]:
    """Every entry of these files; one that cannot be read has none, as with OpenSSH."""
    entries: list[Entry] = []
    for file in files:
        try:
            data = file.read_bytes()
        except OSError:
            continue
        entries += parse(data, file)
    return entries


def parse(data: bytes, file: Path) -> list[Entry]:
    """The entries; comments and lines that make no sense are passed over."""
    lines = data.decode("utf-8", "replace").split("\n")
    found = (_entry(line, file, number) for number, line in enumerate(lines, 1))
    return [entry for entry in found if entry]


def _entry(line: str, file: Path, number: int) -> Entry | None:
    words = line.split()
    if not words or words[0].startswith("#"):
        return None
    marker = words.pop(0) if words[0].startswith("@") else ""
    if marker not in {"", CERT_AUTHORITY, REVOKED} or len(words) < 3:  # noqa: PLR2004 - host kind key
        return None
    blob = _decoded(words[2])
    if not blob:
        return None
    return Entry(file, number, marker, words[0], HostKey(words[1], blob))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


@lru_cache(maxsize=1024)
def _wildcard(pattern: str) -> re.Pattern[str]:
    """``*`` and ``?`` only: brackets are literal here."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(char) or re.escape(char) for char in pattern))


def _hash_matches(patterns: str, name: str) -> bool:
    """``|1|salt|hash``: HMAC-SHA1 of the name, keyed with the salt."""
    _, magic, salt, digest, *_ = (*patterns.split("|"), "", "", "")
    if magic != "1":
        return False
    mac = hmac.new(_decoded(salt), name.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(mac, _decoded(digest))

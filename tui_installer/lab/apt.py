"""Reads apt's sources to find the Debian mirror of this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

APT = Path("/etc/apt")
SCHEMES = ("http://", "https://", "file:")  # those that debootstrap understands


@dataclass(frozen=True)
class Source:
    """One archive: a base URI with one of its suites."""

    uri: str
    suite: str
    components: tuple[str, ...]


def mirror(suite: str, folder: Path = APT) -> str:
    """The URI that apt has for this suite, or "" to use debootstrap's default."""
    for source in sources(folder):
        if source.suite == suite and "main" in source.components:
            return source.uri
    return ""


def sources(folder: Path = APT) -> Iterator[Source]:
    """Every usable source in apt's order of files (sources.list(5))."""
    parts = folder / "sources.list.d"
    for path in (folder / "sources.list", *sorted(parts.glob("*"))):
        text = _read(path)
        if path.suffix == ".list":
            yield from one_line(text)
        elif path.suffix == ".sources":
            yield from deb822(text)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def one_line(text: str) -> Iterator[Source]:
    """`deb [options] uri suite component...`; skips lines that it can't read."""
    for raw in text.splitlines():
        line = re.sub(r"\[[^\]]*\]", " ", raw.split("#", 1)[0], count=1)
        words = line.split()
        if len(words) >= 3 and words[0] == "deb" and words[1].startswith(SCHEMES):  # noqa: PLR2004
            yield Source(words[1].rstrip("/"), words[2].rstrip("/"), tuple(words[3:]))


def deb822(text: str) -> Iterator[Source]:
    """Stanzas of `Field: value`, separated by empty lines; every URI with every suite."""
    for stanza in re.split(r"\n[ \t]*\n", text):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").strip().lower() in ("no", "false", "0", "off", "without"):
            continue
        components = tuple(fields.get("components", "").split())
        for uri in fields.get("uris", "").split():
            if uri.startswith(SCHEMES):
                for suite in fields.get("suites", "").split():
                    yield Source(uri.rstrip("/"), suite.rstrip("/"), components)


def _fields(stanza: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in (" ", "\t"):
            if name:
                found[name] += " " + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            found[name] = value.strip()
    return found

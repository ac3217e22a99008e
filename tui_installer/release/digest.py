"""Reads digest files and checks programs against them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release.elf import PAGE, describe
from tui_installer.release.files import hash_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ALGORITHMS = {64: "sha256", 128: "sha512"}
_LINE = re.compile(r"([0-9a-fA-F]+)(?:\s+\*?(\S.*))?")
SHA256 = ".sha256"
SUFFIXES = (SHA256, ".sha512")
"""Suffixes of files that hold the digest of one file, as the Kubernetes release site has."""
SUMS = "SHA256SUMS"
"""The file with the digests of all files in its folder, as etcd's releases have."""
PORTAL = (
    "a captive portal, a proxy or a login page may have answered instead: open the URL in a "
    "browser on this network, and check the source URL"
)
"""The hint for a web page in place of a file."""
LIMIT = 1 << 16
"""Largest size of a digest file, in bytes; real ones have less than 4 KB."""


@dataclass(frozen=True, slots=True)
class Digest:
    """algorithm: sha256 or sha512. value: lower-case hex."""

    algorithm: str
    value: str

    def __str__(self) -> str:
        return f"{self.algorithm} {self.value}"


def parse_digest(text: bytes, name: str, where: str) -> Digest:
    """The digest of the file `name`, from ``HEX``, ``HEX  name`` or many such lines.

    where: the digest file's URL or path, for messages. Raises InstallerError if it lists no `name`.
    """
    lines = [_LINE.fullmatch(line.strip()) for line in _decode(text).splitlines() if line.strip()]
    for match in lines:
        if match and _names(match[2], name, alone=len(lines) == 1) and len(match[1]) in _ALGORITHMS:
            return Digest(_ALGORITHMS[len(match[1])], match[1].lower())
    what = "lists other files only" if any(lines) else describe(text)
    raise InstallerError(
        f"{where} has no digest of {name}: it {what}",
        details=(f"it starts with {text[:40]!r}",),
        hint=PORTAL
        if what == PAGE
        else "a program can't be verified without its digest; check the source URL or path",
    )


def sha256_of(text: str) -> Digest:
    """The digest in the answers. Raises InstallerError if it isn't 64 hex digits."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise InstallerError(
            f"{text!r} is not a SHA-256 digest", hint="enter 64 hexadecimal digits"
        )
    return Digest("sha256", text.lower())


def verify(
    path: Path,
    expected: Digest | None,
    name: str,
    tick: Callable[[int], None] = lambda _: None,
) -> str:
    """The file's SHA-256. Blocks. Raises InstallerError if the file does not match `expected`."""
    found = hash_file(path, {"sha256", expected.algorithm if expected else "sha256"}, tick)
    if expected:
        if found[expected.algorithm] != expected.value:
            _check_page(path, name)
        compare(expected, found[expected.algorithm], name)
    return found["sha256"]


def compare(expected: Digest, found: str, name: str) -> None:
    """Raises InstallerError, with both digests, if they differ."""
    if found != expected.value:
        raise InstallerError(
            f"{name} does not match its published digest",
            details=(f"expected {expected}", f"found    {expected.algorithm} {found}"),
            hint="it was damaged or replaced, or the digest is of another version; "
            "nothing was kept",
        )


def _check_page(path: Path, name: str) -> None:
    """Raises InstallerError if the file is a web page: a clearer reason than its digest."""
    with path.open("rb") as file:
        what = describe(file.read(512))
    if what == PAGE:
        raise InstallerError(f"{name} {what}, not the file with the published digest", hint=PORTAL)


def _names(given: str | None, name: str, *, alone: bool) -> bool:
    return alone if given is None else given.rsplit("/", 1)[-1] == name


def _decode(text: bytes) -> str:
    return text.removeprefix(b"\xef\xbb\xbf").decode("ascii", "replace")

"""Checks that a file is a Linux program for an architecture: reads a few KB, runs nothing.

Field offsets are those of the ELF-64 object file format (elf(5)).
"""

from __future__ import annotations

import struct
from io import SEEK_END
from typing import TYPE_CHECKING, BinaryIO

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from pathlib import Path

MINIMUM_SIZE = 1 << 20
"""Smallest size in bytes; the smallest real program (etcdutl) has 16 MB."""
_MACHINES = {3: "386", 40: "arm", 62: "amd64", 183: "arm64", 21: "ppc64le", 22: "s390x"}
_HEADER = struct.Struct("<16sHHIQQQIHHH")
_SEGMENT = struct.Struct("<IIQQQQ")
_PROGRAM_TYPES = (2, 3)  # ET_EXEC, ET_DYN (position independent)
_CLASS64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"
_LOOK = 512
PAGE = "is a web page (HTML)"
"""What `describe` says of a web page."""


def check_elf(path: Path, arch: str, *, name: str = "") -> None:
    """Raises InstallerError unless the file is a whole 64-bit program for arch (Go's name).

    name: the name in messages; '' for the file's name.
    """
    name = name or path.name
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(_LOOK)
        _check_start(name, start)
        machine, end = _read_header(name, start, file)
    if machine != arch:
        raise InstallerError(
            f"{name} is built for {machine}, the host is {arch}",
            hint=f"use the programs for linux/{arch}",
        )
    if size < end:
        raise InstallerError(
            f"{name} is truncated",
            details=(f"it has {size} bytes; its header requires at least {end}",),
            hint="get it again from where it came",
        )
    if size < MINIMUM_SIZE:
        raise InstallerError(
            f"{name} is too small to be the real program",
            details=(f"it has {size} bytes",),
            hint="get it again from where it came",
        )


def describe(start: bytes) -> str:
    """What kind of file starts with these bytes, as a verb phrase for errors."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return "is empty"
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<!--")):
        return PAGE
    if start.startswith(b"#!"):
        return "is a script"
    if start.startswith(b"\x1f\x8b"):
        return "is a gzip file"
    return "is of an unknown format"


def _check_start(name: str, start: bytes) -> None:
    if start.startswith(_CLASS64_LITTLE_ENDIAN) and len(start) >= _HEADER.size:
        return
    raise InstallerError(
        f"{name} {_what(start)}, not a 64-bit Linux program",
        details=(f"it starts with {start[:24]!r}",),
        hint="check the source; a proxy or login page may have answered instead",
    )


def _what(start: bytes) -> str:
    if start.startswith(_CLASS64_LITTLE_ENDIAN):
        return "is truncated"
    return "is a 32-bit or non-Linux program" if start.startswith(b"\x7fELF") else describe(start)


def _read_header(name: str, start: bytes, file: BinaryIO) -> tuple[str, int]:
    """(architecture, end of the last segment: the smallest possible size in bytes)."""
    fields = _HEADER.unpack_from(start)
    kind, machine, offset, entry_size, count = (fields[i] for i in (1, 2, 5, 9, 10))
    if kind not in _PROGRAM_TYPES:
        raise InstallerError(f"{name} is an object file or a library, not a program")
    file.seek(min(offset, file.seek(0, SEEK_END)))
    table = file.read(entry_size * count)
    return _MACHINES.get(machine, f"machine {machine}"), max(
        (_segment_end(table, i * entry_size) for i in range(count)), default=0
    )


def _segment_end(table: bytes, at: int) -> int:
    if len(table) < at + _SEGMENT.size:
        return 1 << 62  # the table itself is cut off
    _, _, offset, _, _, size = _SEGMENT.unpack_from(table, at)
    return int(offset) + int(size)

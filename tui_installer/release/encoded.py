"""Undoes the Content-Encoding of a download, though none was asked for."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release.files import CHUNK
from tui_installer.release.members import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

_GZIP = b"\x1f\x8b"
_NAMES = ("gzip", "x-gzip")
_PACKED = (".gz", ".tgz")
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)


def decode(part: Path, encoding: str, url: str, tick: Callable[[int], None]) -> None:
    """Replaces a file that was sent with a Content-Encoding by what it encodes. Blocks.

    A tarball is often sent as ``Content-Encoding: gzip`` because it is compressed itself: it stays
    as it is, as curl leaves it. Raises InstallerError for other encodings and damaged content.
    """
    if encoding not in _NAMES:
        raise InstallerError(
            f"{url} was sent with Content-Encoding: {encoding}, which is not supported",
            hint="switch the compression of answers off on the site, or in the proxy in between",
        )
    if not _starts(part):
        return
    try:
        _replace(part, url, tick)
    except _BROKEN as error:
        raise InstallerError(
            f"{url} was sent as gzip, which is damaged: {error}",
            hint="run again; if it stays so, switch the compression of answers off on the site",
        ) from error


def _check_size(done: int, url: str) -> None:
    if done > 2 * LIMIT:
        raise InstallerError(f"{url} unpacks to more than 2 GB: refused")


def _starts(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP


def _replace(part: Path, url: str, tick: Callable[[int], None]) -> None:
    with gzip.open(part) as plain:
        if url.lower().endswith(_PACKED) and plain.peek(2)[:2] != _GZIP:
            return
        with tempfile.NamedTemporaryFile(dir=part.parent, suffix=".part", delete=False) as out:
            try:
                done = 0
                while chunk := plain.read(CHUNK):
                    out.write(chunk)
                    done += len(chunk)
                    tick(done)
                    _check_size(done, url)
            except BaseException:
                Path(out.name).unlink()
                raise
        Path(out.name).replace(part)

"""Reads a file and hashes it at the same time, so that a tarball is read only once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO

from tui_installer.release.files import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.release.digest import Digest


class CountingReader:
    """expected: its algorithm is used, None to count only. tick: called with bytes read so far."""

    def __init__(
        self, file: BinaryIO, expected: Digest | None, tick: Callable[[int], None]
    ) -> None:
        self._file = file
        self._hash = hashlib.new(expected.algorithm) if expected else None
        self._tick = tick
        self._done = self._reported = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        if self._hash:
            self._hash.update(chunk)
        self._done += len(chunk)
        if self._done - self._reported >= CHUNK:
            self.report()
        return chunk

    def report(self) -> None:
        self._reported = self._done
        self._tick(self._done)

    def drain(self) -> None:
        while self.read(CHUNK):
            pass

    def hexdigest(self) -> str:
        """The digest of everything read so far; '' if none was expected."""
        return self._hash.hexdigest() if self._hash else ""

"""A file that hashes and counts what is read of it, so that a tarball is read once only."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO

from tui_installer.release.files import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.release.digest import Digest


class CountingReader:
    """expected: whose algorithm to hash by, None to count only. tick: bytes read so far."""

    def __init__(
        self, file: BinaryIO, expected: Digest | None, tick: Callable[[int], None]
    ) -> None:
        self._file = file
        self._hash = hashlib.new(expected.algorithm) if expected else None
        self._tick = tick
        self._done = self._told = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        if self._hash:
            self._hash.update(chunk)
        self._done += len(chunk)
        if self._done - self._told >= CHUNK:
            self.report()
        return chunk

    def report(self) -> None:
        self._told = self._done
        self._tick(self._done)

    def drain(self) -> None:
        while self.read(CHUNK):
            pass

    def hexdigest(self) -> str:
        """Of everything read so far; '' if nothing was expected."""
        return self._hash.hexdigest() if self._hash else ""

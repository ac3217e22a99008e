"""Keeps verified programs on disk by digest, with an index from each source to its programs.

ROOT/sha256/DIGEST/NAME         the program, and beside it NAME.stamp, NAME.zst, NAME.zst.stamp
ROOT/index/KEY.json             (kind, location, version, arch, name) → digest, size, origin
ROOT/partial, ROOT/tmp, ROOT/locks   interrupted downloads, work in progress, locks
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.release import stamp
from tui_installer.release.compress import compress
from tui_installer.release.files import (
    guarded,
    hash_file,
    private,
    read_json,
    sync_folder,
    write_json,
)
from tui_installer.release.lock import held
from tui_installer.release.programs import Binary

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

_STALE = {"tmp": 24 * 3600, "partial": 7 * 24 * 3600}
"""Seconds after which unfinished work and interrupted downloads are deleted."""


@dataclass(frozen=True, slots=True)
class Key:
    """Identifies a program in the index. location: never holds a password."""

    kind: str
    location: str
    version: str
    arch: str
    name: str

    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


class Cache:
    """A cache that several processes may use: each file is complete and verified."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._compressing: dict[str, asyncio.Lock] = {}

    async def lookup(self, key: Key, say: Callable[[str], None]) -> Binary | None:
        """The program, if it is cached and intact; a damaged one is logged by `say` and deleted.

        Reads the file only if it changed since it was verified.
        """
        binary, damaged = await asyncio.to_thread(self._find, key)
        if damaged:
            say(f"{damaged} is damaged in the cache; fetching it again")
        return binary

    async def compressed(self, binary: Binary) -> Path:
        """The program compressed for uploads: one zstd frame (level 3), made once."""
        async with self._compressing.setdefault(binary.sha256, asyncio.Lock()):
            assert binary.path is not None  # noqa: S101 - hosts fetch the others
            return await asyncio.to_thread(self._compressed, binary.path)

    def lock(
        self, name: str, *, what: str, say: Callable[[str], None]
    ) -> AbstractAsyncContextManager[None]:
        """Lets one process at a time do `what`; a second one logs that it waits."""
        return held(self.root / "locks" / f"{name}.lock", what=what, say=say)

    def folder(self, name: str) -> Path:
        """ROOT/name, created if missing. Raises InstallerError."""
        with guarded(self.root):
            return private(self.root / name)

    def adopt(self, key: Key, temp: Path, *, sha256: str, origin: str) -> Binary:
        """Moves a verified file below ROOT into the cache. Blocks; raises InstallerError."""
        target = self._content(sha256, key.name)
        with guarded(self.root):
            private(target.parent)
            temp.chmod(0o500)
            with temp.open("rb") as file:
                os.fsync(file.fileno())
            temp.replace(target)
            sync_folder(target.parent)
            stamp.remember(target)
            entry = {"sha256": sha256, "size": target.stat().st_size, "origin": origin}
            write_json(self._index(key), {**asdict(key), **entry})
        return self._binary(key, entry)

    def note(self, key: Key, *, sha256: str, size: int, url: str, origin: str) -> Binary:
        """Keeps the digest of a program that hosts fetch. Blocks; raises InstallerError."""
        entry = {"sha256": sha256, "size": size, "origin": origin, "url": url}
        with guarded(self.root):
            write_json(self._index(key), {**asdict(key), **entry})
        return self._binary(key, entry)

    def sweep(self) -> None:
        """Deletes leftovers of killed processes. Blocks."""
        for name, age in _STALE.items():
            for path in self.folder(name).iterdir():
                with contextlib.suppress(OSError):
                    if time.time() - path.stat().st_mtime > age:
                        _remove(path)

    def _find(self, key: Key) -> tuple[Binary | None, str]:
        """(the program if it is intact, the path of a damaged one)."""
        entry = read_json(self._index(key))
        if entry is None or not {"sha256", "size", "origin"} <= entry.keys():
            return None, ""
        binary = self._binary(key, entry)
        if binary.path is None:
            return binary, ""
        if not binary.path.exists():
            return None, ""
        with guarded(self.root):
            if stamp.unchanged(binary.path) or _verify(binary.path, binary.sha256):
                return binary, ""
            shutil.rmtree(binary.path.parent)
        return None, str(binary.path)

    def _compressed(self, source: Path) -> Path:
        target = source.with_name(f"{source.name}.zst")
        if not stamp.unchanged(target):
            with guarded(self.root):
                compress(source, target)
                stamp.remember(target)
        return target

    def _binary(self, key: Key, entry: dict[str, Any]) -> Binary:
        sha256, size, origin = str(entry["sha256"]), int(entry["size"]), str(entry["origin"])
        url = str(entry.get("url", ""))
        path = None if url else self._content(sha256, key.name)
        return Binary(key.name, key.version, key.arch, path, sha256, size, origin, url)

    def _content(self, sha256: str, name: str) -> Path:
        return self.root / "sha256" / sha256 / name

    def _index(self, key: Key) -> Path:
        return self.root / "index" / f"{key.digest()}.json"


def _verify(path: Path, sha256: str) -> bool:
    if hash_file(path, ["sha256"])["sha256"] != sha256:
        return False
    stamp.remember(path)
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()

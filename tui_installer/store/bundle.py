"""Packs a session's files into one stream and unpacks it: a JSON line before each file's bytes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.check import parse
from tui_installer.store import atomic, session_files, session_meta

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 18
MOST_BYTES = 4 << 30
MOST_FILES = 10_000
_LONGEST_LINE = 1024


def pack(root: Path) -> Iterator[bytes]:
    """The stream of a session's folder, which the caller has locked. Raises InstallerError."""
    yield _line({"session": root.name, "schema": session_meta.SCHEMA})
    count = 0
    for path in session_files.found(root):
        yield from _file(root, path)
        count += 1
    yield _line({"end": count})


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode() + b"\n"


def _file(root: Path, path: str) -> Iterator[bytes]:
    try:
        with (root / path).open("rb") as file:
            left = os.fstat(file.fileno()).st_size
            yield _line({"path": path, "size": left})
            while left and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece
    except OSError as error:
        raise InstallerError(f"cannot read {root / path}: {error.strerror}") from error
    if left:
        raise InstallerError(f"{root / path} was truncated while it was read")


class Stream:
    """Reads a stream made by `pack`. parts: its bytes, in pieces of any size."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._held = b""

    def head(self) -> str:
        """The session's name. Raises UsageError for a bundle of a newer version."""
        found = self._object()
        schema = found.get("schema", 0)
        if type(schema) is not int:
            raise _bad("it has no schema number")
        if schema > session_meta.SCHEMA:
            raise UsageError(
                f"it was exported by a newer tui-installer (schema {schema}; this "
                f"program knows up to {session_meta.SCHEMA})",
                hint="use that version; nothing was written",
            )
        try:
            return parse.cluster_name(str(found.get("session")))
        except ValueError as error:
            raise _bad(f"its session name is invalid: {error}") from None

    def unpack(self, folder: Path) -> None:
        """Writes every file (0600) below a new folder of ours.

        Raises UsageError for names and sizes that no session has, InstallerError.
        """
        count, left = 0, MOST_BYTES
        written: set[str] = set()
        while "end" not in (entry := self._object()):
            path, size = entry.get("path"), entry.get("size")
            if not isinstance(path, str) or not session_files.belongs(path):
                raise _bad(f"{str(path)[:100]!r} is not a file of a session")
            if type(size) is not int or not 0 <= size <= left or count >= MOST_FILES:
                raise _bad(f"{path} is too large, or there are too many files")
            if path in written:
                raise _bad(f"{path} occurs twice")
            written.add(path)
            self._write(folder / path, size)
            count, left = count + 1, left - size
        if entry["end"] != count:
            raise _bad(f"it has {count} files, not {entry['end']}")

    def _object(self) -> dict[str, Any]:
        while b"\n" not in self._held[:_LONGEST_LINE]:
            if len(self._held) > _LONGEST_LINE or not self._more():
                raise _bad("it ends too early or is damaged")
        line, _, self._held = self._held.partition(b"\n")
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise _bad("it is damaged")
        return found

    def _more(self) -> bool:
        part = next(self._parts, None)
        self._held += part or b""
        return part is not None

    def _write(self, path: Path, size: int) -> None:
        atomic.make_folder(path.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            while size:
                if not self._held and not self._more():
                    raise _bad("it ends too early")
                piece, self._held = self._held[:size], self._held[size:]
                file.write(piece)
                size -= len(piece)
            file.flush()
            os.fsync(file.fileno())


def _bad(why: str) -> UsageError:
    return UsageError(f"this is not an exported session: {why}", hint="nothing was written")


@contextlib.contextmanager
def arriving(target: Path) -> Iterator[Path]:
    """A folder to write into; at the block's end it becomes the target, or is deleted on errors.

    Raises UsageError if the target exists already, InstallerError.
    """
    try:
        atomic.make_folder(target.parent)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            yield folder
            session_meta.check(folder)
            folder.rename(target)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        atomic.sync_folder(target.parent)
    except OSError as error:
        raise InstallerError(
            f"cannot write {target}: {error.strerror}",
            hint="nothing was written; free space or fix the folder's permissions",
        ) from error

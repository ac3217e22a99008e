"""Reads a journal: its lines, its last run, and new lines as they are appended."""

from __future__ import annotations

import json
import mmap
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.moment import moment
from tui_installer.model.run.events import Event, from_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA = 1
HEADER = b'{"event": "Journal", "schema": %d}\n' % SCHEMA
_RUN = b'"event": "RunStarted"'
_LOG = b'"event": "LogLine"'
MOST = 4 << 20
"""Bytes read at once."""
LONGEST = 1 << 20
"""Largest size of a line, in bytes; events are far shorter."""
MOST_DAMAGE = 20
"""Number of damaged lines that are reported one by one."""
KEPT = 20_000
"""Log lines that `catch_up` returns: more than any display holds."""


def check_header(line: bytes, path: Path) -> None:
    """Raises UsageError for a newer journal, InstallerError for a file of another kind."""
    try:
        found = json.loads(line)
        schema = found["schema"] if found["event"] == "Journal" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        schema = None
    if type(schema) is not int:
        raise InstallerError(
            f"{path}:1 is damaged: its first line is not a journal header",
            hint="the file is unchanged. It only describes earlier runs: move it away, run again; "
            "the hosts' state decides what a run does",
        )
    if schema > SCHEMA:
        raise UsageError(
            f"{path} was written by a newer tui-installer (schema {schema}; "
            f"this program knows up to {SCHEMA})",
            hint="use that version; nothing was changed",
        )


def last_run(path: Path) -> int:
    """The offset of the newest run; the journal's end if there is none.

    Searches from the end, so that earlier runs cost no time.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            found = text.rfind(_RUN)
            return text.rfind(b"\n", 0, found) + 1 if found >= 0 else len(text)
    except (FileNotFoundError, ValueError):  # an empty file can't be mapped
        return 0


def size(path: Path) -> int:
    """Size of the journal in bytes; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def damage(path: Path) -> list[str]:
    """The damaged lines of a journal, a message with file and line each; [] if there are none.

    Raises as `check_header`, and InstallerError if it can't be read.
    """
    found: list[str] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if number == 1:
                    check_header(line, path)
                if not line.endswith(b"\n"):
                    found.append(f"{path}:{number} is incomplete after {len(line)} bytes")
                elif not _is_object(line):
                    found.append(f"{path}:{number} is damaged: it is not an event")
                if len(found) > MOST_DAMAGE:
                    return [*found[:MOST_DAMAGE], f"{path}: more lines are damaged"]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InstallerError(f"cannot read {path}: {error.strerror}") from None
    return found


def _parsed(line: bytes) -> Any:
    """The line's JSON. Raises ValueError, RecursionError."""
    if len(line) > LONGEST:
        raise ValueError("longer than any event")
    return json.loads(line)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_parsed(line), dict)
    except (ValueError, RecursionError):
        return False


class Follower:
    """Reads a journal from an offset. bad: number of damaged lines, which are skipped."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path, self._offset = path, offset
        self.bad = 0

    def read(self) -> list[tuple[float, Event]]:
        """(UNIX seconds, event) of every complete line since the last call. Blocks.

        Raises InstallerError if the file cannot be read.
        """
        return self._events(self._lines(MOST))

    def catch_up(self) -> list[tuple[float, Event]]:
        """As `read`, up to the end, with only the newest KEPT log lines."""
        lines = self._lines(-1)
        logs = [number for number, line in enumerate(lines) if _LOG in line]
        left_out = set(logs[:-KEPT])
        return self._events(line for number, line in enumerate(lines) if number not in left_out)

    def _lines(self, most: int) -> list[bytes]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                text = file.read(most)
                if len(text) == most and b"\n" not in text:
                    text += file.readline()  # else no newline would ever be found
        except FileNotFoundError:
            return []
        except OSError as error:
            raise InstallerError(f"cannot read {self._path}: {error.strerror}") from None
        whole = text[: text.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.splitlines()

    def _events(self, lines: Iterable[bytes]) -> list[tuple[float, Event]]:
        return [found for line in lines if (found := self._event(line))]

    def _event(self, line: bytes) -> tuple[float, Event] | None:
        try:
            data = _parsed(line)
            if data.get("event") == "Journal":
                return None
            return moment(data.pop("time")), from_json(data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.bad += 1
            return None

"""Reading a journal: what its lines mean, the last run in it, and following it as it grows."""

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
"""Bytes of a line: events are far shorter, and what is longer is not looked into."""
MOST_DAMAGE = 20
"""Damaged lines that are told one by one."""
KEPT = 20_000
"""Log lines of the past that a catching-up gives: more than any display holds."""


def check_header(line: bytes, path: Path) -> None:
    """Raises UsageError for a newer journal, InstallerError for what is no journal of ours."""
    try:
        found = json.loads(line)
        schema = found["schema"] if found["event"] == "Journal" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        schema = None
    if type(schema) is not int:
        raise InstallerError(
            f"{path}:1 is damaged: its first line is not that of a journal",
            hint="it is left as it is. It only explains earlier runs: move it away and run again, "
            "what is to be done is decided by the hosts",
        )
    if schema > SCHEMA:
        raise UsageError(
            f"{path} was written by a newer tui-installer (its schema is {schema}, "
            f"this program knows up to {SCHEMA})",
            hint="use that version; nothing was changed",
        )


def last_run(path: Path) -> int:
    """Where the newest run begins, in bytes; the journal's end if there is none.

    Looks from the end: a million events cost no more than the last run's.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            found = text.rfind(_RUN)
            return text.rfind(b"\n", 0, found) + 1 if found >= 0 else len(text)
    except (FileNotFoundError, ValueError):  # an empty file can't be mapped
        return 0


def size(path: Path) -> int:
    """Bytes of the journal; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def damage(path: Path) -> list[str]:
    """What is wrong with a journal's lines, a sentence each with its place; [] if nothing is.

    Raises as `check_header`, InstallerError where it can't be read.
    """
    found: list[str] = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if number == 1:
                    check_header(line, path)
                if not line.endswith(b"\n"):
                    found.append(f"{path}:{number} is cut short after {len(line)} bytes")
                elif not _is_object(line):
                    found.append(f"{path}:{number} is damaged: it is no event")
                if len(found) > MOST_DAMAGE:
                    return [*found[:MOST_DAMAGE], f"{path}: and so on"]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InstallerError(f"cannot read {path}: {error.strerror}") from None
    return found


def _parsed(line: bytes) -> Any:
    """Raises ValueError, RecursionError."""
    if len(line) > LONGEST:
        raise ValueError("longer than any event")
    return json.loads(line)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_parsed(line), dict)
    except (ValueError, RecursionError):
        return False


class Follower:
    """Reads on from a place in a journal. bad: how many lines made no sense and were left out."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path, self._offset = path, offset
        self.bad = 0

    def read(self) -> list[tuple[float, Event]]:
        """(UNIX seconds, event) of every whole line since the last call. Blocking.

        Raises InstallerError if the file cannot be read.
        """
        return self._events(self._lines(MOST))

    def catch_up(self) -> list[tuple[float, Event]]:
        """As `read`, up to the end; of the log lines only the newest, however many there are."""
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
                    text += file.readline()  # else it would be waited for without end
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

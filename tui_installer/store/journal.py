"""The journal: every event of every run, a JSON line each, appended as it happens."""

from __future__ import annotations

import errno
import json
import os
import time
from typing import TYPE_CHECKING, Self

from tui_installer.errors import InstallerError
from tui_installer.model.run.events import OPERATOR, Event, Level, LogLine, Progress, to_json
from tui_installer.store import atomic
from tui_installer.store.journal_lines import HEADER, check_header

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

PROGRESS_EVERY = 1.0
"""Seconds between two kept lines of the progress of one piece of work; the last is always kept."""
_PIECE = 1 << 16


class Journal:
    """Use as a context manager; `record` is an event sink.

    Raises UsageError for a journal of a newer version, InstallerError for one that is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: dict[tuple[str, str, str], float] = {}
        try:
            atomic.make_folder(path.parent)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
            self._file = os.fdopen(os.open(path, flags, 0o600), "ab+", buffering=0)
            try:
                self._begin()
            except BaseException:
                self._file.close()
                raise
        except OSError as error:
            raise InstallerError(
                f"cannot write the journal {path}: {error.strerror}",
                hint="nothing was changed; mend the folder or set TUI_INSTALLER_HOME",
            ) from error

    def _begin(self) -> None:
        """A header if it is new; a last line that was cut short is taken away, and that is told."""
        end = self._file.seek(0, os.SEEK_END)
        whole = self._whole(end)
        if whole:
            self._file.seek(0)
            check_header(self._file.readline(_PIECE), self._path)
        if whole < end:
            self._file.truncate(whole)
        if not whole:
            self._append(HEADER)
        if whole < end:
            notice = f"the journal's last line was cut short; {end - whole} bytes are left out"
            self.record(LogLine(OPERATOR, "", Level.WARNING, notice))

    def _whole(self, end: int) -> int:
        """How many bytes there are up to the end of the last whole line."""
        while end > 0:
            start = max(0, end - _PIECE)
            self._file.seek(start)
            found = self._file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
        return 0

    def record(self, event: Event) -> None:
        """Appends one event with its time (UNIX seconds). Raises InstallerError."""
        now = time.time()
        if isinstance(event, Progress) and not self._worth(event, now):
            return
        line = json.dumps({"time": round(now, 3), **to_json(event)}).encode() + b"\n"
        try:
            self._append(line)
        except OSError as error:
            raise InstallerError(
                f"cannot write the journal {self._path}: {error.strerror}",
                hint="free space and run again: what is done is not done twice",
            ) from error

    def _worth(self, event: Progress, now: float) -> bool:
        key = (event.step, event.host, event.label)
        if event.done != event.total and now - self._told.get(key, 0.0) < PROGRESS_EVERY:
            return False
        self._told[key] = now
        return True

    def _append(self, line: bytes) -> None:
        # What did not fit is not an error to the kernel before the next write.
        if self._file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

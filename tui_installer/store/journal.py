"""Writes the journal: one JSON line for every event of every run, appended at once."""

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
"""Seconds between two progress lines of one label; the last line is always kept."""
_PIECE = 1 << 16


class Journal:
    """An event sink (`record`) and context manager.

    Raises UsageError for a journal of a newer version, InstallerError for a file of another kind.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[tuple[str, str, str], float] = {}
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
                hint="nothing was changed; fix the folder or set TUI_INSTALLER_HOME",
            ) from error

    def _begin(self) -> None:
        """Writes the header of a new journal; removes an incomplete last line and logs that."""
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
            notice = f"the journal's last line is incomplete; {end - whole} bytes were removed"
            self.record(LogLine(OPERATOR, "", Level.WARNING, notice))

    def _whole(self, end: int) -> int:
        """Bytes up to the end of the last complete line."""
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
                hint="free space and run again: finished steps are not repeated",
            ) from error

    def _worth(self, event: Progress, now: float) -> bool:
        key = (event.step, event.host, event.label)
        if event.done != event.total and now - self._kept.get(key, 0.0) < PROGRESS_EVERY:
            return False
        self._kept[key] = now
        return True

    def _append(self, line: bytes) -> None:
        # On a full disk the kernel writes a part; it reports the error only at the next write.
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

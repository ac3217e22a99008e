"""The journal: every event of every run, a JSON line each, appended as it happens."""

from __future__ import annotations

import errno
import json
import os
import time
from typing import TYPE_CHECKING, Self

from tui_installer.errors import InstallerError
from tui_installer.model.events import Event, Progress, to_json
from tui_installer.store import atomic

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Journal:
    """Use as a context manager; `record` is an event sink. Progress is not kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            atomic.make_folder(path.parent)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._file = os.fdopen(os.open(path, flags, 0o600), "ab", buffering=0)
        except OSError as error:
            raise InstallerError(
                f"cannot write the journal {path}: {error.strerror}",
                hint="nothing was changed; mend the folder or set TUI_INSTALLER_HOME",
            ) from error

    def record(self, event: Event) -> None:
        """Appends one event with its time (UNIX seconds). Raises InstallerError."""
        if isinstance(event, Progress):
            return
        line = json.dumps({"time": round(time.time(), 3), **to_json(event)}).encode() + b"\n"
        try:
            self._append(line)
        except OSError as error:
            raise InstallerError(
                f"cannot write the journal {self._path}: {error.strerror}",
                hint="free space and run again: what is done is not done twice",
            ) from error

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

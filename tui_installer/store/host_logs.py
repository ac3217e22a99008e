"""Writes a plain text log for each host, beside the journal."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Self

from tui_installer.errors import InstallerError
from tui_installer.model.run.events import (
    OPERATOR,
    Checked,
    Event,
    Failed,
    HostFound,
    LogLine,
    StepFinished,
    StepStarted,
)
from tui_installer.store import atomic

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path
    from types import TracebackType


class HostLogs:
    """An event sink (`record`) and context manager: appends to one file per host, 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, FileIO] = {}

    def record(self, event: Event) -> None:
        """Appends an event's lines. Raises InstallerError."""
        lines = _lines(event)
        if not lines:
            return
        host = getattr(event, "host", "") or OPERATOR
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        text = "".join(f"{now} {line}\n" for line in lines)
        try:
            self._file(host).write(text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise InstallerError(
                f"cannot write the log {self._folder / host}.log: {error.strerror}",
                hint="free space and run again: finished steps are not repeated",
            ) from error

    def _file(self, host: str) -> FileIO:
        if host not in self._files:
            atomic.make_folder(self._folder)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            handle = os.open(self._folder / f"{host}.log", flags, 0o600)
            self._files[host] = os.fdopen(handle, "ab", buffering=0)
        return self._files[host]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()


def _lines(event: Event) -> list[str]:
    match event:
        case LogLine():
            text = f"{event.level:<7} {event.step}: {event.text}"
        case HostFound():
            text = f"info    {event.address}: {event.system}; {event.login}"
        case StepStarted():
            text = f"info    {event.step} started"
        case StepFinished():
            text = f"info    {event.step} {event.outcome}: {event.reason} ({event.seconds:.2f} s)"
        case Checked():
            word = "info   " if event.ok else "error  "
            text = f"{word} {event.check}: {event.evidence}"
        case Failed():
            parts = (event.message, *event.details, f"next: {event.hint}" if event.hint else "")
            text = f"error   {event.step}: " + "; ".join(part for part in parts if part)
        case _:
            return []
    return text.splitlines()

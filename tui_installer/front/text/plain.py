"""Plain text: events on stderr as they happen, the result on stdout."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.front.text.card import card
from tui_installer.front.text.report import report
from tui_installer.front.text.style import Style, duration, size
from tui_installer.model.run.events import (
    Event,
    Failed,
    HostFound,
    Level,
    LogLine,
    Outcome,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from tui_installer.model.run.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRESS_EVERY = 3.0
"""Seconds between two progress lines of one piece of work."""
MARKS = {
    Outcome.OK: ("✓", "green"),
    Outcome.SKIPPED: ("–", "dim"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.STOPPED: ("·", "yellow"),
}


@dataclass(slots=True)
class Plain:
    """An event sink. clock: seconds since any moment."""

    style: Style = field(default_factory=lambda: Style.of(sys.stderr))
    state: RunState = field(default_factory=RunState)
    _shown_at: dict[tuple[str, str, str], float] = field(default_factory=dict)
    _width: int = 8
    clock: Callable[[], float] = field(default_factory=lambda: time.monotonic)
    _started: float | None = None

    def __call__(self, event: Event) -> None:
        if self._started is None:
            self._started = self.clock()
        self.state.apply(event)
        match event:
            case RunStarted():
                self._width = max([8, *map(len, event.hosts)])
                self._line(
                    "",
                    f"{event.title}: cluster {event.cluster}, Kubernetes {event.version}, "
                    f"{len(event.hosts)} host{'s' if len(event.hosts) != 1 else ''}",
                )
            case HostFound():
                self._line(event.host, f"{event.address}: {event.system}; {event.login}")
            case StepStarted():
                self._shown_at[event.step, event.host, ""] = self.clock()
            case Progress():
                self._progress(event)
            case LogLine():
                self._log(event)
            case StepFinished():
                self._finished(event)
            case Failed():
                self._print("\n" + card(event, self.style) + "\n")
            case RunFinished():
                sys.stdout.write(report(self.state, Style.of(sys.stdout)))
                sys.stdout.flush()
            case _:
                pass

    def _finished(self, event: StepFinished) -> None:
        mark, colour = MARKS[event.outcome]
        took = f" ({duration(event.seconds)})" if event.outcome is Outcome.OK else ""
        self._line(
            event.host, f"{self.style.paint(mark, colour)} {event.step}: {event.reason}{took}"
        )

    def _progress(self, event: Progress) -> None:
        key, now = (event.step, event.host, event.label), self.clock()
        if now - self._shown_at.setdefault(key, now) < PROGRESS_EVERY:
            return
        self._shown_at[key] = now
        self._line(event.host, f"… {event.step}: {event.label} {amount(event)}")

    def _log(self, event: LogLine) -> None:
        if event.level is Level.DEBUG:
            return
        colour = {Level.WARNING: ("yellow",), Level.ERROR: ("red",)}.get(event.level, ("dim",))
        self._line(event.host, self.style.paint(f"{event.step}: {event.text}", *colour))

    def _line(self, host: str, text: str) -> None:
        clock = self.style.paint(f"{self.clock() - (self._started or 0.0):6.1f}s", "dim")
        self._print(f"{clock} {host:<{self._width}} {text}")

    @staticmethod
    def _print(text: str) -> None:
        print(text, file=sys.stderr, flush=True)


def amount(event: Progress) -> str:
    """``12.0 MB of 119.2 MB``; without the total where it is not known."""
    if event.unit == "bytes":
        done, total = size(event.done), size(event.total)
    else:
        done, total = f"{event.done} {event.unit}", f"{event.total} {event.unit}"
    return f"{done} of {total}" if event.total else done

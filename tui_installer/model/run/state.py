"""The state of a run, folded from its events: the source of every display and report."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.model.run.events import (
    Checked,
    Event,
    Failed,
    HostFound,
    Outcome,
    Planned,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from tui_installer.model.run.history import History, LogEvent

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class StepState:
    """outcome: None until it finishes. seconds: how long a finished step took.

    began: seconds from the start of the run to the start of the step.
    """

    started: bool = False
    outcome: Outcome | None = None
    reason: str = ""
    seconds: float = 0.0
    progress: Progress | None = None
    began: float = field(default=0.0, compare=False)


@dataclass(slots=True)
class RunState:
    """Everything known about a run so far; only `apply` changes it.

    items: the planned lines by (step, host). history: the lines of a log.
    version: how many events were applied.
    clock: seconds from any starting point; events have no time.
    """

    start: RunStarted | None = None
    found: dict[str, HostFound] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)
    steps: dict[tuple[str, str], StepState] = field(default_factory=dict)
    checks: list[Checked] = field(default_factory=list)
    failures: list[Failed] = field(default_factory=list)
    finish: RunFinished | None = None
    items: dict[tuple[str, str], Planned] = field(default_factory=dict, compare=False, repr=False)
    history: History = field(default_factory=History, compare=False)
    version: int = field(default=0, compare=False)
    clock: Callable[[], float] = field(default=time.monotonic, compare=False, repr=False)
    began: float = field(default=0.0, compare=False)

    @property
    def elapsed(self) -> float:
        """Seconds that the run has taken so far or in total; 0 before it starts."""
        if self.finish is not None:
            return self.finish.seconds
        return self.clock() - self.began if self.start else 0.0

    def step(self, name: str, host: str) -> StepState:
        return self.steps.setdefault((name, host), StepState())

    def apply(self, event: Event) -> None:
        self.version += 1
        if isinstance(event, RunStarted):
            self.start, self.began = event, self.clock()
        self._fold(event)
        if isinstance(event, LogEvent):
            self.history.add(event, self.elapsed)

    def _plan(self, event: Planned, before: Planned | None) -> None:
        if before is None:
            self.planned.append(event)
        else:
            self.planned[self.planned.index(before)] = event

    @property
    def uploads(self) -> tuple[int, int, int]:
        """(bytes uploaded, bytes in total, programs whose bytes are not included yet)."""
        sent = total = unsized = 0
        for key, item in self.items.items():
            total, unsized = total + item.upload, unsized + item.unsized
            step = self.steps.get(key)
            if step is None:
                continue
            if step.outcome in {Outcome.OK, Outcome.SKIPPED}:
                sent += item.upload
            elif step.progress is not None and step.progress.unit == "bytes":
                sent += min(step.progress.done, item.upload)
        return sent, total, unsized

    def _fold(self, event: Event) -> None:
        match event:
            case HostFound(host=host):
                self.found[host] = event
            case Planned(step=step, host=host):
                self._plan(event, self.items.get((step, host)))
                self.items[step, host] = event
            case StepStarted(step=step, host=host):
                state = self.step(step, host)
                state.started, state.began = True, self.elapsed
            case Progress(step=step, host=host):
                self.step(step, host).progress = event
            case StepFinished(step=step, host=host):
                state = self.step(step, host)
                state.outcome, state.reason = event.outcome, event.reason
                state.seconds = event.seconds
            case Checked():
                self.checks.append(event)
            case Failed():
                self.failures.append(event)
            case RunFinished():
                self.finish = event

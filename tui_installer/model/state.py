"""The fold of a run's events: what every display shows and every report says."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tui_installer.model.events import (
    Checked,
    Event,
    Failed,
    HostFound,
    LogLine,
    Outcome,
    Planned,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)

LOG_LINES = 2000
"""Kept per host; older ones are in the journal."""


@dataclass(slots=True)
class StepState:
    """outcome: None while it has not ended. seconds: of a step that ended."""

    started: bool = False
    outcome: Outcome | None = None
    reason: str = ""
    seconds: float = 0.0
    progress: Progress | None = None


@dataclass(slots=True)
class RunState:
    """Everything known of a run so far; `apply` is its only way to change."""

    start: RunStarted | None = None
    found: dict[str, HostFound] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)
    steps: dict[tuple[str, str], StepState] = field(default_factory=dict)
    logs: dict[str, deque[LogLine]] = field(default_factory=dict)
    checks: list[Checked] = field(default_factory=list)
    failures: list[Failed] = field(default_factory=list)
    finish: RunFinished | None = None

    def step(self, name: str, host: str) -> StepState:
        return self.steps.setdefault((name, host), StepState())

    def apply(self, event: Event) -> None:
        match event:
            case RunStarted():
                self.start = event
            case HostFound(host=host):
                self.found[host] = event
            case Planned():
                self.planned.append(event)
            case StepStarted(step=step, host=host):
                self.step(step, host).started = True
            case Progress(step=step, host=host):
                self.step(step, host).progress = event
            case LogLine(host=host):
                self.logs.setdefault(host, deque(maxlen=LOG_LINES)).append(event)
            case StepFinished(step=step, host=host):
                state = self.step(step, host)
                state.outcome, state.reason, state.seconds = (
                    event.outcome,
                    event.reason,
                    event.seconds,
                )
            case Checked():
                self.checks.append(event)
            case Failed():
                self.failures.append(event)
            case RunFinished():
                self.finish = event

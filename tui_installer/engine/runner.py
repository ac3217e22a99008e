"""Runs the pipeline: hosts side by side, barriers kept, every step told as events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui_installer.engine import persist
from tui_installer.engine.step import NotTried
from tui_installer.engine.together import together
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.model.events import Failed, Outcome, StepFinished, StepStarted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_installer.engine.run import Run
    from tui_installer.engine.step import Step


async def run_pipeline(run: Run, pipeline: Sequence[Step]) -> ExitCode:
    """Every step on every place. A failed host's peers go on to the next barrier, no further."""
    worst = ExitCode.OK
    groups = list(groups_of(pipeline))
    for number, group in enumerate(groups):
        places = dict.fromkeys(place for step in group for place in step.places(run.ctx))
        codes = await together(_lane(run, group, place) for place in places)
        worst = max((*codes, worst))
        if worst:
            _tell_stopped(run, [step for rest in groups[number + 1 :] for step in rest])
            break
    return worst


def groups_of(pipeline: Sequence[Step]) -> Iterator[list[Step]]:
    """Splits before each barrier, and after it where the work is done once for all hosts."""
    group: list[Step] = []
    for step in pipeline:
        if group and (step.barrier or _once(group[-1])):
            yield group
            group = []
        group.append(step)
    if group:
        yield group


def _once(step: Step) -> bool:
    return getattr(step, "declare", None) is None


async def _lane(run: Run, steps: Sequence[Step], place: str) -> ExitCode:
    for number, step in enumerate(steps):
        if place not in step.places(run.ctx):
            continue
        code = await _one(run, step, place)
        if code:
            _tell_stopped(run, steps[number + 1 :], place)
            return code
    return ExitCode.OK


async def _one(run: Run, step: Step, place: str) -> ExitCode:
    started = time.monotonic()
    run.emit(StepStarted(step.name, place))
    try:
        item = await persist.carry_out(run, step, place)
    except NotTried as error:
        _finished(run, step, place, Outcome.STOPPED, error.message, started)
        return error.code
    except InstallerError as error:
        host = error.host or place
        run.emit(Failed(host, step.name, error.message, error.details, error.hint))
        _finished(run, step, place, Outcome.FAILED, error.message, started)
        return error.code
    outcome = Outcome.OK if item.run else Outcome.SKIPPED
    _finished(run, step, place, outcome, item.reason, started)
    return ExitCode.OK


def _finished(
    run: Run, step: Step, place: str, outcome: Outcome, reason: str, started: float
) -> None:
    seconds = round(time.monotonic() - started, 3)
    run.emit(StepFinished(step.name, place, outcome, reason, seconds))


def _tell_stopped(run: Run, steps: Sequence[Step], place: str = "") -> None:
    why = "not run: an earlier step failed"
    for step in steps:
        for where in (place,) if place else step.places(run.ctx):
            run.emit(StepFinished(step.name, where, Outcome.STOPPED, why, 0.0))

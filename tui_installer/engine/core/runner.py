"""Runs the pipeline: hosts in parallel, barriers respected, every step reported as events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui_installer.engine.core import planner
from tui_installer.engine.core.run import NotTried
from tui_installer.engine.core.task_group import run_all
from tui_installer.engine.hosts import reconnect
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.model.run.events import Failed, Outcome, StepFinished, StepStarted
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.step import Step


async def run_pipeline(run: Run, pipeline: Sequence[Step]) -> ExitCode:
    """Runs every step on each of its places; returns the worst exit code.

    A failed host's peers continue to the next barrier; there, every step that needs the failed
    role is stopped. Steps of roles that do not need it continue.
    """
    worst, failed, known = ExitCode.OK, set[Role](), _known(run)
    for group in groups_of(pipeline):
        if known != _known(run) and not group[0].once:
            known = _known(run)
            _report_sizes(run, pipeline)
        _report_stopped(run, [step for step in group if step.role.needs & failed])
        steps = [step for step in group if not step.role.needs & failed]
        places = dict.fromkeys(place for step in steps for place in step.places(run.ctx))
        ends = await run_all(_lane(run, steps, place) for place in places)
        worst = max((*(code for code, _ in ends), worst))
        failed |= {role for _, roles in ends for role in roles}
    return worst


def _known(run: Run) -> tuple[int, int]:
    """How many programs were fetched, and how many keys and certificates issued, so far."""
    return len(run.ctx.binaries), len(run.ctx.authority.issued)


def _report_sizes(run: Run, pipeline: Sequence[Step]) -> None:
    """Reports upload sizes that the plan did not know; no host has changed since."""
    for item in planner.plan(run.ctx, pipeline).items:
        if item.host in run.hosts and item.upload:
            run.emit(planner.announced(item))


def groups_of(pipeline: Sequence[Step]) -> Iterator[list[Step]]:
    """Splits before each barrier, and after each step that runs once for all hosts."""
    group: list[Step] = []
    for step in pipeline:
        if group and (step.barrier or group[-1].once):
            yield group
            group = []
        group.append(step)
    if group:
        yield group


async def _lane(run: Run, steps: Sequence[Step], place: str) -> tuple[ExitCode, set[Role]]:
    """Runs the steps of one place; returns the worst exit code and the roles that failed there."""
    worst, failed = ExitCode.OK, set[Role]()
    for step in steps:
        if place not in step.places(run.ctx):
            continue
        if step.role.needs & failed:
            _report_stopped(run, [step], place)
        elif code := await _one(run, step, place):
            worst = max(code, worst)
            failed.add(step.role)
    return worst, failed


async def _one(run: Run, step: Step, place: str) -> ExitCode:
    started = time.monotonic()
    run.emit(StepStarted(step.name, place))
    try:
        item = await reconnect.carry_out(run, step, place)
    except NotTried as error:
        _finished(run, step, place, Outcome.STOPPED, error.message, started)
        return error.code
    except InstallerError as error:
        run.emit(Failed.of(error, step.name, place))
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


def _report_stopped(run: Run, steps: Sequence[Step], place: str = "") -> None:
    why = "not run: an earlier step failed"
    for step in steps:
        for where in (place,) if place else step.places(run.ctx):
            run.emit(StepFinished(step.name, where, Outcome.STOPPED, why, 0.0))

"""Runs any operation: from a spec to a verified cluster, or to its plan only."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tui_installer.actions.runs import own_kubeconfig, record, session_of
from tui_installer.actions.runs.claim import session_claim
from tui_installer.actions.runs.interrupted import interrupted
from tui_installer.actions.runs.prepared import prepared
from tui_installer.actions.runs.run_options import require_taken
from tui_installer.actions.runs.run_result import artefacts, result
from tui_installer.engine.cluster.survey import survey
from tui_installer.engine.core.planner import announced
from tui_installer.engine.core.runner import run_pipeline
from tui_installer.engine.core.stop import Stop
from tui_installer.engine.hosts.hosts_failed import HostsFailed
from tui_installer.engine.hosts.preflight import ForeignHosts
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.model import login_lines
from tui_installer.model.run.events import Checked, Failed, RunFinished, RunStarted
from tui_installer.model.run.state import RunState
from tui_installer.store import kubeconfig, session_meta
from tui_installer.store.host_logs import HostLogs
from tui_installer.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.actions.runs.run_options import Options
    from tui_installer.engine.core.operation import Operation
    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.events import Event
    from tui_installer.model.run.plan import Plan
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

    Emit = Callable[[Event], None]


@dataclass(slots=True)
class Sink:
    """Folds events into the state and passes them on."""

    emit: Emit
    state: RunState = field(default_factory=RunState)

    def __call__(self, event: Event) -> None:
        self.state.apply(event)
        self.emit(event)


async def plan_only(
    operation: Operation, spec: Spec, session: SessionFolder, options: Options, emit: Emit
) -> Plan:
    """Returns the operation's plan; changes nothing. Raises InstallerError."""
    require_taken(operation, options)
    async with prepared(operation, spec, session, options, emit) as run:
        logins = tuple((host.name, login_lines.lines(host.ssh)) for host in run.ctx.spec.hosts)
        return replace(await _surveyed(run), logins=logins)


async def carry_out(
    operation: Operation,
    spec: Spec,
    session: SessionFolder,
    options: Options,
    emit: Emit,
    stop: Stop | None = None,
) -> RunState:
    """Runs the operation's plan. Every outcome, failures included, is in the state returned.

    The caller holds the session's lock. stop: lets the caller stop the run cleanly.
    Raises InstallerError if the run cannot start.
    """
    require_taken(operation, options)
    stop = stop or Stop()
    stop.task = asyncio.current_task()
    await asyncio.to_thread(session_meta.prepare, session.root)
    with Journal(session.journal) as journal, HostLogs(session.logs) as logs:

        def all_sinks(event: Event) -> None:
            journal.record(event)
            logs.record(event)
            emit(event)

        sink = Sink(all_sinks)
        started = time.monotonic()
        sink(_started(operation, spec))
        ended = await _ended(operation, spec, session, options, sink, stop)
        seconds = round(time.monotonic() - started, 3)
        left = (*artefacts(session), *ended.merged)
        sink(RunFinished(int(ended.code), seconds, ended.changes, ended.restarts, left))
        await asyncio.to_thread(session.write_result, result(sink.state))
        return sink.state


def _started(operation: Operation, spec: Spec) -> RunStarted:
    return RunStarted(
        spec.name,
        str(spec.version),
        hosts=tuple(host.name for host in spec.hosts),
        steps=tuple(step.name for step in operation.work.pipeline),
        operation=operation.name,
        title=operation.title,
    )


@dataclass(frozen=True, slots=True)
class _Ended:
    """changes, restarts: on the hosts. merged: what was written to the user's own kubeconfig."""

    code: ExitCode
    changes: int
    restarts: int
    merged: own_kubeconfig.Artefacts


async def _ended(
    operation: Operation,
    spec: Spec,
    session: SessionFolder,
    options: Options,
    sink: Sink,
    stop: Stop,
) -> _Ended:
    """Runs the plan; failures go to the sink as cards."""
    code, run = ExitCode.INTERNAL, None
    merged: own_kubeconfig.Artefacts = ()
    try:
        await asyncio.to_thread(kubeconfig.check, options.merge_kubeconfig)
        claim = session_claim(session, force=options.break_lock)
        async with prepared(operation, spec, session, options, sink, claim) as run:
            run.stop = stop
            code = await _run_plan(run, session, options, sink)
        if code is ExitCode.OK and options.merge_kubeconfig:
            merged = await own_kubeconfig.merge(session, options, sink)
    except HostsFailed as error:
        code = error.code
        for one in error.parts:
            sink(_card(one, error.step))
    except InstallerError as error:
        code = error.code
        sink(_card(error, "survey"))
    except asyncio.CancelledError:
        code = ExitCode.INTERRUPTED
        sink(interrupted(sink.state))
    return _Ended(code, run.changes if run else 0, run.restarts if run else 0, merged)


async def _run_plan(run: Run, session: SessionFolder, options: Options, sink: Sink) -> ExitCode:
    plan = await _surveyed(run)
    await asyncio.to_thread(record.write, session, run.ctx.spec, run.ctx.facts)
    for item in plan.items:
        sink(announced(item))
    work = run.operation.work
    if not plan.changes and work.quick_checks is not None and not options.verify:
        checks = list(work.quick_checks(run.ctx))
        if all(check.ok for _, check in checks):
            for host, check in checks:
                sink(Checked(host, check.name, check.ok, check.evidence))
            return ExitCode.OK
    return await run_pipeline(run, work.pipeline)


async def _surveyed(run: Run) -> Plan:
    """As `survey`; for hosts of another session, the hint names that session."""
    try:
        return await survey(run)
    except ForeignHosts as error:
        error.hint = await asyncio.to_thread(session_of.hint, run.ctx) or error.hint
        raise


def _card(error: InstallerError, step: str) -> Failed:
    return Failed.of(error, error.step or step)

"""Install: from a spec to a verified control plane, or to the plan of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tui_installer.actions import own_kubeconfig, record, session_of
from tui_installer.actions.ca_keys import NOWHERE, unlock
from tui_installer.actions.claim import session_claim
from tui_installer.engine.authority import Authority
from tui_installer.engine.context import Context
from tui_installer.engine.fleet import HostsFailed, fleet
from tui_installer.engine.light import light_checks
from tui_installer.engine.preflight import ForeignHosts
from tui_installer.engine.run import Run
from tui_installer.engine.runner import run_pipeline
from tui_installer.engine.steps import PIPELINE
from tui_installer.engine.stop import Stop
from tui_installer.engine.survey import survey
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.model.events import (
    Checked,
    Failed,
    Level,
    LogLine,
    Outcome,
    Planned,
    RunFinished,
    RunStarted,
)
from tui_installer.model.state import RunState
from tui_installer.release.cache import Cache
from tui_installer.remote.credentials import Credentials
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.store import kubeconfig, paths, session_meta
from tui_installer.store.host_logs import HostLogs
from tui_installer.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tui_installer.engine.host_lock import Claim
    from tui_installer.engine.step import Step
    from tui_installer.model.events import Event
    from tui_installer.model.plan import Plan
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import SecretRef, Spec
    from tui_installer.store.session_folder import SessionFolder

    Emit = Callable[[Event], None]
    Ask = Callable[[str], Awaitable[Secret | None]]


@dataclass(frozen=True, slots=True)
class Options:
    """verify: check everything even if nothing changes. ask: how to get a password, if at all.

    merge_kubeconfig: the user's own files to add the cluster to, as kubectl reads them together;
    none: the cluster is not added. use_context: and make it kubectl's current context.
    break_lock: take the hosts from another run that has them.
    passphrase: where that of encrypted CA keys is, if not typed.
    """

    accept_new_host_keys: bool = False
    verify: bool = False
    new_token: bool = False
    merge_kubeconfig: tuple[Path, ...] = ()
    use_context: bool = False
    break_lock: bool = False
    passphrase: SecretRef = NOWHERE
    ask: Ask | None = None
    pipeline: tuple[Step, ...] = PIPELINE
    """What is to be done."""
    credentials: Credentials | None = None
    """Those of earlier work in this process, so that nothing is asked for twice."""


@dataclass(slots=True)
class Sink:
    """Folds events into the state and passes them on."""

    emit: Emit
    state: RunState = field(default_factory=RunState)

    def __call__(self, event: Event) -> None:
        self.state.apply(event)
        self.emit(event)


async def plan_only(spec: Spec, session: SessionFolder, options: Options, emit: Emit) -> Plan:
    """The plan, nothing changed anywhere. Raises InstallerError."""
    async with prepared(spec, session, options, emit) as run:
        return await _surveyed(run, options)


async def install(
    spec: Spec, session: SessionFolder, options: Options, emit: Emit, stop: Stop | None = None
) -> RunState:
    """Runs the plan. Every outcome, failures included, is in the state returned.

    The caller holds the session's lock. stop: ends the run in order, from outside.
    """
    stop = stop or Stop()
    stop.task = asyncio.current_task()
    await asyncio.to_thread(session_meta.begin, session.root)
    with Journal(session.journal) as journal, HostLogs(session.logs) as logs:

        def all_sinks(event: Event) -> None:
            journal.record(event)
            logs.record(event)
            emit(event)

        return await _install(spec, options, Sink(all_sinks), session, stop)


async def _install(
    spec: Spec, options: Options, sink: Sink, session: SessionFolder, stop: Stop
) -> RunState:
    started = time.monotonic()
    hosts = tuple(host.name for host in spec.hosts)
    sink(
        RunStarted(
            spec.name, str(spec.version), hosts, tuple(step.name for step in options.pipeline)
        )
    )
    code, run = ExitCode.INTERNAL, None
    merged: own_kubeconfig.Artefacts = ()
    try:
        await asyncio.to_thread(kubeconfig.check, options.merge_kubeconfig)
        claim = session_claim(session, force=options.break_lock)
        async with prepared(spec, session, options, sink, claim) as run:
            run.stop = stop
            code = await _carry_out(run, session, options, sink)
        if code is ExitCode.OK and options.merge_kubeconfig:
            merged = await own_kubeconfig.merge(session, options, sink)
    except HostsFailed as error:
        code = error.code
        for one in error.errors:
            sink(_card(one, error.step))
    except InstallerError as error:
        code = error.code
        sink(_card(error, "survey"))
    except asyncio.CancelledError:
        code = ExitCode.INTERRUPTED
        sink(_interrupted(sink.state))
    seconds = round(time.monotonic() - started, 3)
    changes, restarts = (run.changes, run.restarts) if run else (0, 0)
    artefacts = (*_artefacts(session), *merged)
    sink(RunFinished(int(code), seconds, changes, restarts, artefacts))
    await asyncio.to_thread(session.write_result, _result(sink.state))
    return sink.state


async def _carry_out(run: Run, session: SessionFolder, options: Options, sink: Sink) -> ExitCode:
    plan = await _surveyed(run, options)
    await asyncio.to_thread(record.write, session, run.ctx.spec, run.ctx.facts)
    for item in plan.items:
        sink(Planned(item.step, item.host, item.run, item.reason, len(item.changes)))
    if not plan.changes and not options.verify:
        checks = list(light_checks(run.ctx))
        if all(check.ok for _, check in checks):
            for host, check in checks:
                sink(Checked(host, check.name, check.ok, check.evidence))
            return ExitCode.OK
    return await run_pipeline(run, options.pipeline)


async def _surveyed(run: Run, options: Options) -> Plan:
    """As survey; hosts of another session's are told with the session here that they are of."""
    try:
        return await survey(run, options.pipeline)
    except ForeignHosts as error:
        error.hint = await asyncio.to_thread(session_of.hint, run.ctx) or error.hint
        raise


def _interrupted(state: RunState) -> Failed:
    """Where each host stands, for one who stopped the run and must know."""
    hosts = state.start.hosts if state.start else ()
    return Failed(
        host="",
        step="",
        message="interrupted: no further step is begun",
        details=tuple(f"{host}: {_reached(state, host)}" for host in hosts),
        hint="run the same command again: what is done is not done twice, and a file that was "
        "on its way is sent again whole",
    )


def _reached(state: RunState, host: str) -> str:
    there = {step: s.outcome for (step, place), s in state.steps.items() if place == host}
    told = (
        ("done", (Outcome.OK, Outcome.SKIPPED)),
        ("failed in", (Outcome.FAILED,)),
        ("stopped in", (None,)),
    )
    parts = [
        f"{word}: {' '.join(steps)}"
        for word, outcomes in told
        if (steps := [step for step, outcome in there.items() if outcome in outcomes])
    ]
    return ", ".join(parts) or "nothing was changed"


def _card(error: InstallerError, step: str) -> Failed:
    return Failed(error.host, error.step or step, error.message, error.details, error.hint)


@contextlib.asynccontextmanager
async def prepared(
    spec: Spec, session: SessionFolder, options: Options, emit: Emit, claim: Claim | None = None
) -> AsyncIterator[Run]:
    """Connected; with a claim, every host is locked for this run."""
    now = time.time()
    authority = await asyncio.to_thread(
        Authority.load, spec, session, now, new_token=options.new_token
    )
    policy = HostKeyPolicy(own=paths.own_known_hosts(), accept_new=options.accept_new_host_keys)
    credentials = options.credentials or Credentials(options.ask)

    def notice(host: str, text: str) -> None:
        emit(LogLine(host, "lock", Level.WARNING, text))

    async with fleet(spec, credentials, policy, notice) as ships:
        if claim is not None:
            await ships.lock(claim)
        ctx = Context(spec, authority, now)
        run = Run(ctx, ships.hosts, emit, Cache(paths.cache_root()), renew=ships.renew)
        run.unlock = partial(unlock, authority, credentials, options.passphrase)
        try:
            yield run
        finally:
            for client in run.apis.values():
                await client.close()


def _artefacts(session: SessionFolder) -> tuple[tuple[str, str], ...]:
    found = (
        ("kubeconfig", session.kubeconfig),
        ("certificates and keys", session.pki),
        ("journal", session.journal),
    )
    return tuple((what, str(path)) for what, path in found if path.exists())


def _result(state: RunState) -> dict[str, object]:
    finish = state.finish
    return {
        "schema": 1,
        "exit_code": finish.exit_code if finish else None,
        "seconds": finish.seconds if finish else None,
        "changes": finish.changes if finish else None,
        "restarts": finish.restarts if finish else None,
        "steps": [
            {
                "step": step,
                "host": host,
                "outcome": s.outcome,
                "seconds": s.seconds,
                "reason": s.reason,
            }
            for (step, host), s in state.steps.items()
        ],
        "checks": [
            {"host": c.host, "check": c.check, "ok": c.ok, "evidence": c.evidence}
            for c in state.checks
        ],
        "failures": [
            {
                "host": f.host,
                "step": f.step,
                "message": f.message,
                "details": list(f.details),
                "hint": f.hint,
            }
            for f in state.failures
        ],
    }

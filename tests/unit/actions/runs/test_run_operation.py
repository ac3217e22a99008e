"""An install as its events and its result tell it, whatever becomes of it."""

from __future__ import annotations

import dataclasses
import json
import socket
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import Log, context, finish, run_of

from tui_installer.actions.runs import run_operation
from tui_installer.actions.runs.interrupted import interrupted
from tui_installer.actions.runs.run_operation import Sink, _run_plan
from tui_installer.actions.runs.run_options import Options
from tui_installer.actions.runs.run_result import result
from tui_installer.engine.operations import INSTALL
from tui_installer.errors import ExitCode
from tui_installer.model.run.events import (
    Checked,
    Failed,
    Outcome,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    to_json,
)
from tui_installer.model.run.plan import Plan
from tui_installer.model.run.state import RunState
from tui_installer.store import paths
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOSTS = ("m1", "m2", "m3", "m4")


def test_an_interrupted_run_tells_where_each_host_stands() -> None:
    state = RunState()
    for event in (
        RunStarted("c", "v1", HOSTS, ()),
        StepFinished("etcd-files", "m1", Outcome.OK, "", 1.0),
        StepFinished("etcd", "m1", Outcome.SKIPPED, "", 0.0),
        StepStarted("apiserver", "m1"),
        StepFinished("etcd-files", "m2", Outcome.OK, "", 1.0),
        StepFinished("etcd", "m2", Outcome.FAILED, "", 1.0),
        StepFinished("apiserver", "m2", Outcome.STOPPED, "", 0.0),
        StepStarted("etcd-files", "m3"),
    ):
        state.apply(event)
    told = interrupted(state)
    assert told.message == "interrupted: no further step is started"
    assert told.details == (
        "m1: done: etcd-files etcd, stopped in: apiserver",
        "m2: done: etcd-files, failed in: etcd",
        "m3: stopped in: etcd-files",
        "m4: nothing was changed",
    )


def test_a_run_interrupted_before_it_began_has_no_hosts_to_tell_of() -> None:
    assert interrupted(RunState()).details == ()


def test_a_result_holds_steps_checks_and_failures() -> None:
    state = RunState()
    for event in (
        RunStarted("c", "v1", ("m1",), ()),
        StepFinished("etcd", "m1", Outcome.FAILED, "why", 1.5),
        Checked("m1", "unit", ok=True, evidence="active"),
        Failed("m1", "etcd", "no", ("a",), "do"),
        RunFinished(1, 2.5, 3, 4, ()),
    ):
        state.apply(event)
    assert json.loads(json.dumps(result(state))) == {
        "schema": 1,
        "operation": "install",
        "exit_code": 1,
        "seconds": 2.5,
        "changes": 3,
        "restarts": 4,
        "steps": [
            {"step": "etcd", "host": "m1", "outcome": "failed", "seconds": 1.5, "reason": "why"}
        ],
        "checks": [{"host": "m1", "check": "unit", "ok": True, "evidence": "active"}],
        "failures": [
            {"host": "m1", "step": "etcd", "message": "no", "details": ["a"], "hint": "do"}
        ],
    }


@pytest.fixture
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A run on hosts where the survey finds nothing to change; the pipeline is only counted."""
    ctx = context(tmp_path / "c")
    finish(ctx)
    run, log = run_of(ctx, tmp_path)
    ran: list[Sequence[object]] = []

    async def survey(*_: object) -> Plan:
        return Plan(())

    async def pipeline(_: object, steps: Sequence[object]) -> ExitCode:
        ran.append(steps)
        return ExitCode.OK

    monkeypatch.setattr(run_operation, "survey", survey)
    monkeypatch.setattr(run_operation, "run_pipeline", pipeline)
    return run, Sink(log), ran


async def outcome(finished, ready: str, **options: bool) -> tuple[ExitCode, int, list[Checked]]:
    run, sink, ran = finished
    run.ctx.cluster = dataclasses.replace(run.ctx.cluster, ready={"master01": ready})
    session = run.ctx.authority.folder
    code = await _run_plan(run, session, Options(**options), sink)
    return code, len(ran), sink.state.checks


async def test_a_cluster_that_is_well_is_proved_by_facts_alone(finished) -> None:
    code, ran, checks = await outcome(finished, "[+]ping ok\nreadyz check passed")
    assert (code, ran) == (ExitCode.OK, 0)
    assert len(checks) == 5
    assert all(check.ok for check in checks)


async def test_all_is_checked_where_a_person_asks_for_it(finished) -> None:
    _, ran, checks = await outcome(finished, "[+]ping ok\nreadyz check passed", verify=True)
    assert (ran, checks) == (1, [])


async def test_a_cluster_that_is_not_ready_is_verified_in_full_and_told_once(finished) -> None:
    _, ran, checks = await outcome(finished, "[-]etcd failed")
    assert (ran, checks) == (1, [])


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_hosts_that_cannot_be_reached_are_each_told_and_nothing_is_made() -> None:
    port = closed_port()
    hosts = tuple(
        dataclasses.replace(
            host, ssh=dataclasses.replace(host.ssh, address="127.0.0.1", port=port, use_agent=False)
        )
        for host in kube_samples.hosts(2)
    )
    log = Log()
    session = SessionFolder(paths.session_folder("kubernetes"))
    state = await run_operation.carry_out(
        INSTALL, kube_samples.spec(hosts=hosts), session, Options(), log
    )
    assert isinstance(log.events[0], RunStarted)
    assert [card.host for card in log.of(Failed)] == ["master01", "master02"]
    assert state.finish is log.events[-1]
    assert (state.finish.exit_code, state.finish.changes) == (ExitCode.CONNECTION, 0)
    folder = session.root
    names = ["journal.jsonl", "logs", "result.json", "session.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert sorted(path.name for path in session.logs.iterdir()) == ["master01.log", "master02.log"]
    first, *journal = map(json.loads, (folder / "journal.jsonl").read_text().splitlines())
    assert first == {"event": "Journal", "schema": 1}
    assert [line["event"] for line in journal] == [to_json(event)["event"] for event in log.events]
    assert json.loads((folder / "result.json").read_text())["exit_code"] == 3


async def test_a_session_folder_that_is_damaged_ends_the_run_before_any_host_is_called() -> None:
    folder = paths.session_folder("kubernetes")
    (folder / "pki").mkdir(parents=True)
    (folder / "pki/encryption.key").write_text("junk")
    log = Log()
    state = await run_operation.carry_out(
        INSTALL, kube_samples.spec(), SessionFolder(folder), Options(), log
    )
    (told,) = log.of(Failed)
    assert told.message.endswith("encryption.key is damaged")
    assert state.finish.exit_code == ExitCode.STEP_FAILED
    assert json.loads((folder / "result.json").read_text())["exit_code"] == 1

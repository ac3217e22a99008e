"""The runner: groups between barriers, host lanes, what a failure stops, which events it sends."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import binary, context, run_of
from runner_samples import ClusterWork, HostWork, ends

from tui_installer.engine.core import runner, throttle
from tui_installer.engine.core.runner import groups_of, run_pipeline
from tui_installer.engine.core.task_group import run_all
from tui_installer.engine.core.throttle import Throttle
from tui_installer.engine.operations.install.pipeline import PIPELINE
from tui_installer.errors import AuthenticationFailed, ConnectionFailed, ExitCode, InstallerError
from tui_installer.model.run.events import (
    CLUSTER,
    OPERATOR,
    Failed,
    Outcome,
    Planned,
    StepFinished,
    StepStarted,
)
from tui_installer.model.run.plan import Change, ChangeKind, PlanItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine_samples import Log

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run

HOSTS = ("master01", "master02", "master03")


@pytest.fixture
def at_work(tmp_path: Path) -> tuple[Run, Log]:
    return run_of(context(tmp_path / "c", kube_samples.spec(), make=False), tmp_path)


def test_the_pipeline_stops_for_all_hosts_only_at_etcd_and_around_work_done_once() -> None:
    assert [[step.name for step in group] for group in groups_of(PIPELINE)] == [
        ["certificates"],
        ["binaries"],
        ["accounts", "etcd-files"],
        [
            "etcd",
            "apiserver-files",
            "controllers-files",
            "apiserver",
            "kubectl",
            "controllers",
        ],
        ["bootstrap"],
        ["kubeconfig"],
        ["verify"],
    ]


def test_work_done_once_ends_its_group_even_without_a_barrier_after_it() -> None:
    steps = [ClusterWork("once"), HostWork("a"), HostWork("b"), HostWork("c", barrier=True)]
    assert [[s.name for s in group] for group in groups_of(steps)] == [["once"], ["a", "b"], ["c"]]
    assert list(groups_of([])) == []


async def test_every_step_runs_on_every_host_and_says_so_in_order(at_work) -> None:
    run, log = at_work
    steps = [HostWork("a"), HostWork("b"), ClusterWork("c", barrier=True)]
    assert await run_pipeline(run, steps) is ExitCode.OK
    for host in HOSTS:
        told = [event for event in log.events if event.host == host]
        assert [(type(event), event.step) for event in told] == [
            (StepStarted, "a"),
            (StepFinished, "a"),
            (StepStarted, "b"),
            (StepFinished, "b"),
        ]
    assert [(e.step, e.host) for e in log.events[-2:]] == [("c", CLUSTER)] * 2
    assert set(ends(log).values()) == {Outcome.OK}


async def test_a_step_without_changes_is_reported_as_skipped_with_its_reason(at_work) -> None:
    run, log = at_work
    await run_pipeline(run, [HostWork("a", changes=())])
    told = [(end.outcome, end.reason) for end in log.of(StepFinished)]
    assert told == [(Outcome.SKIPPED, "a done")] * 3


async def test_hosts_do_not_wait_for_each_other_inside_a_group(at_work) -> None:
    run, _ = at_work
    late = asyncio.Event()

    async def first(host: str) -> None:
        if host == "master01":
            await late.wait()

    async def second(host: str) -> None:
        if host == "master03":
            late.set()

    steps = [HostWork("a", waits=first), HostWork("b", waits=second)]
    assert await asyncio.wait_for(run_pipeline(run, steps), 5) is ExitCode.OK


async def test_all_hosts_come_to_a_barrier_before_any_goes_on(at_work) -> None:
    run, _ = at_work
    before = HostWork("a")

    async def all_there(host: str) -> None:
        assert len(before.done) == 3

    assert await run_pipeline(run, [before, HostWork("b", barrier=True, waits=all_there)]) == 0


async def test_a_failed_hosts_peers_go_on_to_the_barrier_and_no_further(at_work) -> None:
    run, log = at_work
    error = InstallerError("no", details=("why",), hint="next")
    steps = [
        HostWork("a", fails={"master02": error}),
        HostWork("b"),
        HostWork("c", barrier=True),
        ClusterWork("d", barrier=True),
    ]
    assert await run_pipeline(run, steps) is ExitCode.STEP_FAILED
    assert sorted(steps[1].done) == ["master01", "master03"]
    assert steps[2].done == steps[3].done == []
    assert ends(log) == {
        ("a", "master01"): Outcome.OK,
        ("a", "master02"): Outcome.FAILED,
        ("a", "master03"): Outcome.OK,
        ("b", "master01"): Outcome.OK,
        ("b", "master02"): Outcome.STOPPED,
        ("b", "master03"): Outcome.OK,
        **{("c", host): Outcome.STOPPED for host in HOSTS},
        ("d", CLUSTER): Outcome.STOPPED,
    }
    assert log.of(Failed) == [Failed("master02", "a", "no", ("why",), "next")]
    started = {(e.step, e.host) for e in log.of(StepStarted)}
    assert not started & {key for key, end in ends(log).items() if end is Outcome.STOPPED}


async def test_every_step_ends_exactly_once_on_every_place(at_work) -> None:
    run, log = at_work
    fails = {host: InstallerError("no") for host in HOSTS}
    steps = [HostWork("a", fails=fails), HostWork("b"), ClusterWork("c", barrier=True)]
    await run_pipeline(run, steps)
    assert len(log.of(StepFinished)) == len(ends(log)) == 7
    assert len(log.of(Failed)) == 3


async def test_the_exit_code_is_the_worst_of_all_hosts(at_work) -> None:
    run, _ = at_work
    fails = {
        "master01": AuthenticationFailed("refused"),
        "master02": InstallerError("no"),
    }
    assert await run_pipeline(run, [HostWork("a", fails=fails)]) is ExitCode.CONNECTION


async def test_a_failure_of_work_done_for_all_names_the_host_it_was_on(at_work) -> None:
    run, log = at_work
    error = ConnectionFailed("lost", host="master03")
    steps = [ClusterWork("a", fails={CLUSTER: error})]
    assert await run_pipeline(run, steps) is ExitCode.CONNECTION
    assert [(card.host, card.step) for card in log.of(Failed)] == [("master03", "a")]
    assert ends(log) == {("a", CLUSTER): Outcome.FAILED}


async def test_an_error_that_is_not_ours_ends_every_lane_and_is_passed_on(at_work) -> None:
    run, _ = at_work
    ended: list[str] = []

    async def hang(host: str) -> None:
        if host == "master01":
            return
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(host)

    step = HostWork("a", fails={"master01": ZeroDivisionError("bug")}, waits=hang)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(run_pipeline(run, [step, HostWork("b")]), 5)
    assert sorted(ended) == ["master02", "master03"]


async def test_a_cancelled_run_leaves_no_lane_behind(at_work) -> None:
    run, _ = at_work
    ended: list[str] = []
    begun = asyncio.Event()

    async def hang(host: str) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(host)

    task = asyncio.create_task(run_pipeline(run, [HostWork("a", waits=hang)]))
    await begun.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == list(HOSTS)


async def test_seconds_are_those_the_step_took(at_work, monkeypatch: pytest.MonkeyPatch) -> None:
    run, log = at_work
    ticks = iter([10.0, 12.34567])
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    await run_pipeline(run, [ClusterWork("a")])
    assert log.of(StepFinished)[0].seconds == 2.346


async def number(value: int) -> int:
    await asyncio.sleep(0.001 * (3 - value))
    return value


async def test_results_come_in_the_order_of_the_jobs() -> None:
    assert await run_all(number(n) for n in range(3)) == [0, 1, 2]
    assert await run_all([]) == []


async def test_the_first_error_is_raised_after_the_others_have_ended() -> None:
    ended = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended.append("slow")

    async def bad() -> None:
        await asyncio.sleep(0)
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        await asyncio.wait_for(run_all([slow(), bad(), slow()]), 5)
    assert ended == ["slow", "slow"]


def test_a_throttle_tells_seldom_and_always_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(throttle, "time", SimpleNamespace(monotonic=lambda: now))
    told: list[int] = []
    meter = Throttle(told.append, interval=1.0)
    for step in (0.0, 0.5, 0.4, 0.2, 0.9):
        now += step
        meter.add(10)
    assert told == [10, 40]
    meter.finish()
    assert told == [10, 40, 50]


class Making(ClusterWork):
    """Fetches a program, as the step of binaries does."""

    def places(self, ctx: object) -> tuple[str, ...]:
        return (OPERATOR,)

    async def run(self, run: Run, host: str) -> PlanItem:
        run.ctx.binaries["amd64", "etcd"] = binary("etcd")
        return PlanItem(self.name, host, "fetched", self.changes)


class Sending(HostWork):
    """Sends what was fetched."""

    def plan(self, ctx: Context, touched: object) -> Iterator[PlanItem]:
        size = sum(one.size for one in ctx.binaries.values())
        change = Change(ChangeKind.FILE, "create", "/a", size=size, unsized=not size)
        for host in self.places(ctx):
            yield PlanItem(self.name, host, "create a", (change,))


async def test_sizes_are_reported_once_programs_are_fetched_and_before_any_is_sent(at_work) -> None:
    run, log = at_work
    await run_pipeline(run, [Making("binaries", barrier=True), Sending("a"), Sending("b")])
    told = log.of(Planned)
    assert [(line.step, line.host) for line in told] == [(s, h) for s in "ab" for h in HOSTS]
    assert {(line.upload, line.unsized) for line in told} == {(50 << 20, 0)}
    first = next(e for e in log.events if isinstance(e, StepStarted) and e.host in HOSTS)
    assert log.events.index(told[-1]) < log.events.index(first)


async def test_sizes_that_were_known_are_not_reported_again(at_work) -> None:
    run, log = at_work
    run.ctx.binaries["amd64", "etcd"] = binary("etcd")
    await run_pipeline(run, [Making("binaries", barrier=True), Sending("a")])
    assert log.of(Planned) == []

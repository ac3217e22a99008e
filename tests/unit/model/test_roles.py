"""Hosts of two roles: what is asked of masters alone, and what a failure in one role stops."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import context, facts, run_of, unit_fact
from runner_samples import ClusterWork, HostWork, ends

from tui_installer.engine.core import planner
from tui_installer.engine.core.run import NotTried
from tui_installer.engine.core.runner import run_pipeline
from tui_installer.engine.core.wants import UnitWant, Wants
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.engine.operations.install.pipeline import PIPELINE
from tui_installer.engine.operations.install.work import WORK
from tui_installer.engine.operations.rotation.work import ROTATION
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.kubernetes import certificates, options
from tui_installer.kubernetes.components import COMPONENTS
from tui_installer.kubernetes.etcd_urls import etcd_servers
from tui_installer.kubernetes.sans import server_sans
from tui_installer.model.run.events import CLUSTER, OPERATOR, Outcome
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from pathlib import Path

    from engine_samples import Log

    from tui_installer.engine.core.run import Run
    from tui_installer.model.spec import HostSpec, Spec

NO = InstallerError("no")
UNIT = "a.service"


def worker(name: str, address: str, *roles: Role) -> HostSpec:
    made = kube_samples.host(name, address)
    return dataclasses.replace(made, roles=frozenset({Role.WORKER, *roles}))


@pytest.fixture
def spec() -> Spec:
    """The worker stands first, as it may in the answers."""
    first, second = kube_samples.hosts(2)
    workers = [worker(f"worker0{n}", f"192.0.2.2{n}") for n in (1, 2)]
    return kube_samples.spec(hosts=(workers[0], first, second, workers[1]))


@pytest.fixture
def at_work(spec: Spec, tmp_path: Path) -> tuple[Run, Log]:
    ctx = context(tmp_path / "c", spec, make=False)
    ctx.facts = {host.name: facts(host, units={UNIT: unit_fact()}) for host in spec.hosts}
    return run_of(ctx, tmp_path)


def names(hosts: tuple[HostSpec, ...]) -> list[str]:
    return [host.name for host in hosts]


def test_a_host_is_a_master_unless_the_spec_says_otherwise(spec: Spec) -> None:
    assert kube_samples.host("a", "192.0.2.1").roles == {Role.CONTROL_PLANE}
    assert names(spec.masters) == ["master01", "master02"]
    assert names(spec.workers) == ["worker01", "worker02"]
    assert spec.first_master.name == "master01"
    both = worker("both", "192.0.2.9", Role.CONTROL_PLANE)
    assert names(dataclasses.replace(spec, hosts=(both,)).masters) == ["both"]


def test_no_certificate_name_or_url_of_the_control_plane_is_of_a_worker(spec: Spec) -> None:
    master = spec.first_master
    said = [
        spec.api_url,
        *(profile.name for profile in certificates.profiles(spec)),
        *(san.value for san in server_sans(spec)),
        *etcd_servers(spec, master),
        *(value for c in COMPONENTS for _, value in options(c, spec, master)),
    ]
    assert [text for text in said if "worker" in text or "192.0.2.2" in text] == []
    assert spec.api_url == f"https://{master.address}:6443"


def test_an_install_and_a_rotation_are_of_masters(spec: Spec, tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", spec)
    places = {place for step in (*PIPELINE, *ROTATION) for place in step.places(ctx)}
    assert places == {"master01", "master02", OPERATOR, CLUSTER}
    assert {item.host for item in planner.plan(ctx, PIPELINE).items} == places
    assert WORK.wants_of(ctx, spec.workers[0]) == Wants()


async def test_a_failed_workers_barrier_stops_workers_alone(at_work: tuple[Run, Log]) -> None:
    run, log = at_work
    steps = [
        HostWork("join", role=Role.WORKER, fails={"worker01": NO}),
        HostWork("label", role=Role.WORKER),
        HostWork("masters", barrier=True),
        HostWork("workers", barrier=True, role=Role.WORKER),
        ClusterWork("once", barrier=True),
    ]
    assert await run_pipeline(run, steps) is ExitCode.STEP_FAILED
    assert ends(log) == {
        ("join", "worker01"): Outcome.FAILED,
        ("join", "worker02"): Outcome.OK,
        ("label", "worker01"): Outcome.STOPPED,
        ("label", "worker02"): Outcome.OK,
        ("masters", "master01"): Outcome.OK,
        ("masters", "master02"): Outcome.OK,
        ("workers", "worker01"): Outcome.STOPPED,
        ("workers", "worker02"): Outcome.STOPPED,
        ("once", CLUSTER): Outcome.OK,
    }


async def test_a_failed_master_stops_all_that_needs_the_control_plane(
    at_work: tuple[Run, Log],
) -> None:
    run, log = at_work
    steps = [
        HostWork("masters", fails={"master02": NO}),
        HostWork("join", role=Role.WORKER),
        HostWork("workers", barrier=True, role=Role.WORKER),
        ClusterWork("once"),
    ]
    assert await run_pipeline(run, steps) is ExitCode.STEP_FAILED
    stopped = {step for (step, _), end in ends(log).items() if end is Outcome.STOPPED}
    assert stopped == {"workers", "once"}
    assert ends(log)["join", "worker01"] is Outcome.OK, "it is of the same group"


async def test_work_that_a_failed_host_does_for_its_other_role_goes_on(
    spec: Spec, tmp_path: Path
) -> None:
    both = worker("both", "192.0.2.9", Role.CONTROL_PLANE)
    ctx = context(tmp_path / "c", dataclasses.replace(spec, hosts=(both,)), make=False)
    run, log = run_of(ctx, tmp_path)
    steps = [HostWork("w", role=Role.WORKER, fails={"both": NO}), HostWork("m")]
    await run_pipeline(run, steps)
    assert ends(log) == {("w", "both"): Outcome.FAILED, ("m", "both"): Outcome.OK}


def restart(role: Role, order: list[str], failing: str = "") -> HostStep:
    """FAKE: a step whose unit restarts because a file of it changed."""

    async def ready(run: Run, host: str) -> None:
        order.append(host)
        await asyncio.sleep(0.01)
        if host == failing:
            raise NO
        order.append(host)

    wants = Wants(units=(UnitWant(UNIT, ("/a",)),))
    return HostStep(f"restart-{role}", "", lambda *_: wants, ready=ready, role=role)


@pytest.mark.parametrize(
    ("failing", "stopped", "others"),
    [
        ("worker01", "worker02", ["master01", "master02"]),
        ("master01", "master02", ["worker01", "worker02"]),
    ],
)
async def test_restarts_take_turns_and_are_halted_within_a_role(
    at_work: tuple[Run, Log], failing: str, stopped: str, others: list[str]
) -> None:
    run, _ = at_work
    order: list[str] = []
    run.touched = {host: {"/a"} for host in run.hosts}
    steps = {role: restart(role, order, failing) for role in Role}
    work = [(step, host) for step in steps.values() for host in step.places(run.ctx)]
    results = await asyncio.gather(
        *(step.run(run, host) for step, host in work), return_exceptions=True
    )
    ended = {host: result for (_, host), result in zip(work, results, strict=True)}
    assert ended[failing] is NO
    assert isinstance(ended[stopped], NotTried)
    assert ended[stopped].message == f"not restarted: the restart on {failing} failed"
    assert [host for host in order if host in others] == [others[0]] * 2 + [others[1]] * 2
    assert order.count(failing) == 1
    assert stopped not in order


def test_a_lost_host_halts_its_own_roles(at_work: tuple[Run, Log]) -> None:
    run, _ = at_work
    run.halt("worker02")
    assert {role: turn.halted for role, turn in run.turns.items()} == {
        Role.CONTROL_PLANE: "",
        Role.WORKER: "worker02",
    }

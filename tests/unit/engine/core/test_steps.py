"""How a host's step runs, what is asked of a host, and what answers are worth."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import FakeHost, context, facts, file_fact, finish, run_of, unit_fact

from tui_installer.engine.checks.cluster import _status
from tui_installer.engine.checks.health import ready_check, unit_check, unit_names
from tui_installer.engine.checks.joining import _token_check
from tui_installer.engine.cluster import api
from tui_installer.engine.cluster.quick_checks import quick_checks
from tui_installer.engine.core.wants import UnitWant, Wants, text
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.engine.hosts.query import query
from tui_installer.engine.operations.install.work import WORK
from tui_installer.errors import InstallerError
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.run import Run

HOST = "master01"
CONF = text("/opt/kubernetes/cfg/a", b"new")
WANTS = Wants((CONF,), (UnitWant("a.service", (CONF.path,)),))


class OrderedHost(FakeHost):
    """Says that files arrived; remembers in which order it was asked."""

    async def run(self, script: str, *args: str, stdin=None, **_: object):
        done = await super().run(script, *args, stdin=stdin)
        if not stdin:
            return done
        path = self.received.split(b"\n")[0].split(b" ")[-1]
        return dataclasses.replace(done, stdout=b"ok " + path + b" -\n")


def at_work(folder: Path, count: int = 1, **found: object) -> Run:
    spec = kube_samples.spec(hosts=kube_samples.hosts(count))
    ctx = context(folder / "c", spec, make=False)
    ctx.facts = {host.name: facts(host, **found) for host in spec.hosts}
    return run_of(ctx, folder, OrderedHost)[0]


def step(order: list[str], run: Run) -> HostStep:
    async def before(run: Run, host: str) -> None:
        order.append(f"before {host}")

    async def ready(run: Run, host: str) -> None:
        order.append(f"locked {run.turns[Role.CONTROL_PLANE].lock.locked()}")

    return HostStep("a", "a", lambda *_: WANTS, before=before, ready=ready)


async def test_a_step_with_nothing_to_do_asks_and_waits_for_nothing(tmp_path: Path) -> None:
    found = {"files": {CONF.path: file_fact(CONF)}, "units": {"a.service": unit_fact()}}
    run, order = at_work(tmp_path, **found), []
    item = await step(order, run).run(run, HOST)
    assert (item.run, order, run.hosts[HOST].calls) == (False, [], [])


async def test_a_first_start_is_waited_for_before_but_not_after(tmp_path: Path) -> None:
    run, order = at_work(tmp_path), []
    await step(order, run).run(run, HOST)
    assert order == [f"before {HOST}"]
    assert run.hosts[HOST].calls[1] == ("reload", "enable:a.service", "start:a.service")
    assert (run.changes, run.restarts) == (3, 0)


async def test_a_restart_has_its_turn_until_the_unit_is_good_again(tmp_path: Path) -> None:
    run, order = at_work(tmp_path, units={"a.service": unit_fact()}), []
    await step(order, run).run(run, HOST)
    assert order == [f"before {HOST}", "locked True"]
    assert not run.turns[Role.CONTROL_PLANE].lock.locked()
    assert run.restarts == 1


async def test_two_hosts_never_restart_at_once(tmp_path: Path) -> None:
    run = at_work(tmp_path, 3, units={"a.service": unit_fact()})
    now, most = [], []

    async def ready(run: Run, host: str) -> None:
        now.append(host)
        most.append(len(now))
        await asyncio.sleep(0.01)
        now.remove(host)

    work = HostStep("a", "a", lambda *_: WANTS, ready=ready)
    await asyncio.gather(*(work.run(run, host) for host in run.hosts))
    assert most == [1, 1, 1]


async def test_a_turn_is_given_back_when_a_restart_fails(tmp_path: Path) -> None:
    run = at_work(tmp_path, units={"a.service": unit_fact()})

    async def ready(run: Run, host: str) -> None:
        raise InstallerError("no")

    with pytest.raises(InstallerError):
        await HostStep("a", "a", lambda *_: WANTS, ready=ready).run(run, HOST)
    assert not run.turns[Role.CONTROL_PLANE].lock.locked()


def test_a_host_is_asked_for_all_that_is_wanted_of_it_and_once(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c")
    (host,) = ctx.spec.hosts
    wants = WORK.wants_of(ctx, host)
    asked = query(ctx.spec, wants)
    files = [*asked.texts, *asked.secrets, *asked.programs]
    assert sorted(files) == sorted(want.path for want in wants.files)
    assert len(set(files)) == len(files)
    assert {f.path for f in wants.files if f.secret} == set(asked.secrets)
    assert all(f.mode == 0o600 for f in wants.files if f.secret)
    assert asked.units == unit_names(ctx.spec)
    assert asked.ports == (2379, 2380, 2381, 6443, 10257, 10259)
    assert asked.words()[0] == "/opt/kubernetes/cfg/tui-installer.manifest"
    assert "s:/opt/kubernetes/ssl/sa.key" in asked.words()
    assert "d:/var/lib/etcd" in asked.words()


def test_nothing_of_etcd_is_asked_where_it_is_elsewhere(tmp_path: Path) -> None:
    spec = kube_samples.spec(etcd=kube_samples.external(on_hosts=True))
    ctx = context(tmp_path / "c", spec)
    asked = query(spec, WORK.wants_of(ctx, spec.hosts[0]))
    assert not [word for word in asked.words() if "etcd.service" in word or ":2379" in word]
    assert asked.folders == ("/opt/kubernetes", "/opt/kubernetes/bin", "/etc/systemd/system")


def test_no_root_cas_key_is_wanted_on_a_host(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c")
    keys = {ctx.authority.key(ca).reveal() for ca in ("ca", "front-proxy-ca", "etcd-ca")}
    assert not [f.path for f in WORK.wants_of(ctx, ctx.spec.hosts[0]).files if f.data in keys]


READY = "[+]ping ok\n[+]etcd ok\nreadyz check passed\n"


def test_facts_alone_prove_a_cluster_that_is_well(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c")
    finish(ctx)
    ctx.cluster = dataclasses.replace(ctx.cluster, ready={HOST: READY})
    checks = {check.name: check for _, check in quick_checks(ctx)}
    assert all(check.ok for check in checks.values())
    assert checks["/readyz"].evidence == "2 checks ok: ping, etcd"


@pytest.mark.parametrize(
    "text", ["", "no answer: refused", "[-]etcd failed\nreadyz check failed\n"]
)
def test_facts_prove_nothing_of_an_api_server_that_is_not_ready(tmp_path: Path, text: str) -> None:
    ctx = context(tmp_path / "c")
    finish(ctx)
    ctx.cluster = dataclasses.replace(ctx.cluster, ready={HOST: text})
    assert [check.name for _, check in quick_checks(ctx) if not check.ok] == ["/readyz"]


def test_a_check_that_fails_is_named_by_readyz() -> None:
    check = ready_check("/readyz", 500, "[+]ping ok\n[-]etcd failed: reason withheld\n")
    assert (check.ok, check.evidence) == (False, "[-]etcd failed: reason withheld")
    assert ready_check("/readyz", 0, "refused").evidence == "no answer: refused"


@pytest.mark.parametrize(
    ("found", "good"),
    [({}, True), ({"active": "activating"}, False), ({"enabled": "disabled"}, False)],
)
def test_a_unit_is_good_that_runs_and_starts_at_boot(found: dict[str, str], good: bool) -> None:
    check = unit_check("a.service", unit_fact(started=1_800_000_000.0, restarts=2, **found))
    assert check.ok is good
    assert "since 2027-01-15 08:00:00 UTC" in check.evidence
    assert check.evidence.endswith("restarted 2 times")


def test_a_token_is_good_that_is_a_bootstrappers() -> None:
    who = '{"status": {"userInfo": {"username": "system:bootstrap:a", "groups": %s}}}'
    good = _token_check("t", 201, who % '["system:bootstrappers", "system:authenticated"]', 0)
    assert (good.ok, good.evidence) == (
        True,
        "accepted as system:bootstrap:a in system:bootstrappers",
    )
    assert not _token_check("t", 201, who % '["system:authenticated"]', 0).ok
    assert _token_check("t", 401, "Unauthorized", 0).evidence == "refused: 401 Unauthorized"
    for shape in ("[]", '{"status": []}', '{"status": {"userInfo": {"groups": {"a": 1}}}}'):
        assert not _token_check("t", 201, shape, 0).ok
    assert not _token_check("t", 201, who % '[null, 1, {"bootstrap": 1}]', 0).ok


def test_a_component_without_a_condition_is_unhealthy() -> None:
    item = {"metadata": {"name": "etcd-0"}}
    assert _status(item).evidence == "Unhealthy "
    item["conditions"] = [{"type": "Healthy", "status": "True", "message": "ok"}]
    assert (_status(item).ok, _status(item).evidence) == (True, "Healthy ok")


@pytest.mark.parametrize("text", ["", "junk", "[]", "null", "1", "[" * 100_000, '{"a": '])
def test_an_answer_that_is_no_object_is_an_empty_one(text: str) -> None:
    assert api.parse(text) == {}


def test_what_an_api_server_says_cannot_steer_the_terminal() -> None:
    found = api.parse('{"a\\u001b[2J": ["\\u001b]0;x\\u0007b\\u202e", 1, null, "\\ud800"]}')
    assert found == {"a": ["b", 1, None, "?"]}

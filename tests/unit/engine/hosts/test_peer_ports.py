"""Ports between masters: what hosts report, what follows from it, and when they are asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import kube_samples
import pytest
from engine_samples import FakeHost, context, finish, run_of, unit_fact, with_facts

from tui_installer.engine.hosts import peer_ports, preflight_peers
from tui_installer.errors import ConnectionFailed
from tui_installer.model.run.events import LogLine
from tui_installer.model.run.facts import BlockedPort, PeerPorts, PortFact

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.remote.host import Completed

ALL = (2379, 2380, 6443)
ADDRESSES = {host.address: host.name for host in kube_samples.hosts(3)}


class Peer(FakeHost):
    """Says what a host would; `results` are of its own tries, "open" where none is given."""

    listens: tuple[int, ...] = ALL
    results: dict[tuple[str, int], str] = {}  # noqa: RUF012 - set on the instance
    firewall = ""
    lost = False

    async def run(
        self,
        script: str,
        *args: str,
        stdin: Any = None,
        on_stderr: Callable[[str], None] | None = None,
        **_: Any,
    ) -> Completed:
        self.calls.append(args)
        assert "systemd-socket-activate" in script
        assert on_stderr
        if self.lost:
            raise ConnectionFailed("the connection broke", host=self.spec.name)
        for port in self.listens:
            on_stderr(f"listens {port}")
        if self.firewall:
            on_stderr(f"firewall {self.firewall}")
        on_stderr("ready")
        signals = aiter(stdin)
        assert await anext(signals) == b"\n"
        for word in args:
            if word.startswith("t:"):
                port, address = word.removeprefix("t:").split(":", 1)
                result = self.results.get((ADDRESSES[address], int(port)), "open")
                on_stderr(f"tried {address} {port} {result}")
        on_stderr("done")
        with pytest.raises(StopAsyncIteration):
            await anext(signals)
        return self.answer


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return context(tmp_path / "c", kube_samples.spec(hosts=kube_samples.hosts(3)))


async def tried(ctx: Context, folder: Path, **changes: dict[str, Any]) -> tuple[PeerPorts, Any]:
    run, log = run_of(ctx, folder, Peer)
    for name, change in changes.items():
        for key, value in change.items():
            setattr(run.hosts[name], key, value)
    async with asyncio.timeout(5):
        await peer_ports.load(run)
    return ctx.peers, (run, log)


def names(ctx: Context) -> list[str]:
    return [host.name for host in ctx.spec.hosts]


async def test_each_listens_and_tries_the_ports_of_all_others(ctx: Context, tmp_path: Path) -> None:
    found, (run, log) = await tried(ctx, tmp_path)
    assert found == PeerPorts()
    assert log.events == []
    first, second, third = ctx.spec.hosts
    (words,) = run.hosts[first.name].calls
    assert set(words) == {
        first.address,
        *(f"l:{port}" for port in ALL),
        *(f"t:{port}:{peer.address}" for peer in (second, third) for port in ALL),
    }


async def test_a_port_that_does_not_answer_is_blocked(ctx: Context, tmp_path: Path) -> None:
    one, two, _ = names(ctx)
    results = {(two, 2380): "silent", (two, 6443): "No route to host", (two, 2379): "open"}
    found, _ = await tried(ctx, tmp_path, **{one: {"results": results}, two: {"firewall": "ufw"}})
    assert found.blocked == (
        BlockedPort(one, two, 2380, "silent"),
        BlockedPort(one, two, 6443, "No route to host"),
    )
    assert found.firewalls == {two: "ufw"}


@pytest.mark.parametrize(("listens", "blocked"), [(ALL, 1), ((2379, 6443), 0)])
async def test_a_refusal_counts_only_where_something_listened(
    ctx: Context, tmp_path: Path, listens: tuple[int, ...], blocked: int
) -> None:
    one, two, _ = names(ctx)
    changes = {one: {"results": {(two, 2380): "Connection refused"}}, two: {"listens": listens}}
    found, _ = await tried(ctx, tmp_path, **changes)
    assert len(found.blocked) == blocked


async def test_a_port_that_a_unit_of_ours_has_is_tried_and_not_listened_on(
    ctx: Context, tmp_path: Path
) -> None:
    one, two, _ = names(ctx)
    with_facts(ctx, ports=(PortFact(2380, "etcd", 7, "etcd.service"),))
    refused = {"results": {(one, 2380): "Connection refused"}}
    found, (run, _) = await tried(ctx, tmp_path, **{two: refused, one: {"listens": ()}})
    assert "l:2380" not in run.hosts[one].calls[0]
    assert found.blocked == (BlockedPort(two, one, 2380, "Connection refused"),)


async def test_a_port_that_another_program_has_is_no_firewalls(
    ctx: Context, tmp_path: Path
) -> None:
    one, two, _ = ctx.spec.hosts
    with_facts(ctx, ports=(PortFact(6443, "perl", 7, "squatter.service"),))
    silent = {"results": {(one.name, port): "silent" for port in ALL}}
    found, (run, _) = await tried(ctx, tmp_path, **{two.name: silent})
    (words,) = run.hosts[two.name].calls
    assert {f"t:{port}:{one.address}" for port in ALL if port != 6443} < set(words)
    assert f"t:6443:{one.address}" not in words
    assert {(b.target, b.port) for b in found.blocked} == {
        (one.name, port) for port in ALL if port != 6443
    }
    assert len(list(preflight_peers.problems(ctx, one))) == 1


async def test_a_host_that_is_lost_meanwhile_keeps_nobody_waiting(
    ctx: Context, tmp_path: Path
) -> None:
    one, two, _ = names(ctx)
    found, (_, log) = await tried(
        ctx,
        tmp_path,
        **{one: {"lost": True}, two: {"results": {(one, 2380): "Connection refused"}}},
    )
    assert found.blocked == ()
    (line,) = log.of(LogLine)
    assert line.host == one
    assert "the connection broke" in line.text


@pytest.mark.parametrize(
    "lines", [["listens x", "tried", "tried a b c", "tried a 1", "firewall", "", "done 1 2 3"]]
)
def test_odd_lines_of_a_host_are_no_report(lines: list[str]) -> None:
    report = peer_ports._Report(set())
    for line in lines:
        report.read(line)
    assert (report.listens, report.tried, report.firewall) == (set(), {}, "")


def test_they_are_asked_only_while_a_unit_is_to_be_started(ctx: Context, tmp_path: Path) -> None:
    assert peer_ports.needed(ctx)
    finish(ctx)
    assert not peer_ports.needed(ctx)
    stopped = {**ctx.facts[names(ctx)[0]].units, "etcd.service": unit_fact(active="inactive")}
    with_facts(ctx, units=stopped)
    assert peer_ports.needed(ctx)
    assert not peer_ports.needed(context(tmp_path / "one"))

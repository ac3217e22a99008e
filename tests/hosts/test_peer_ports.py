"""Ports closed between masters: found host to host, before etcd is started."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from remote_support import Person
from site_under_test import assert_nothing_to_do, assert_verified

from tui_installer.actions.host_checks import host_target, probe
from tui_installer.actions.host_checks.host_check import Cell, State
from tui_installer.actions.host_checks.host_pool import HostPool
from tui_installer.actions.sessions import drafts

if TYPE_CHECKING:
    from site_under_test import Site

ONE, TWO, THREE = "master01", "master02", "master03"


@pytest.fixture(scope="module")
def site(new_site) -> Site:
    return new_site(ONE, TWO, THREE)


@contextmanager
def ruled(site: Site, host: str, rules: str):
    """The host with these rules in the chain ``input`` of nftables."""
    chain = f"chain input {{ type filter hook input priority 0\n {rules}\n }}"
    site.ssh(host, "nft -f -", stdin=f"table inet site {{\n{chain}\n}}\n".encode())
    try:
        yield
    finally:
        site.ssh(host, "nft delete table inet site")


def refused(site: Site, *options: str) -> str:
    """The obstacles of a run that changes nothing."""
    before = {host: site.snapshot(host) for host in site.hosts}
    done = site.run(*options)
    assert done.code == 1, done.explain()
    assert done.of("StepStarted") == []
    assert {host: site.snapshot(host) for host in site.hosts} == before
    return done.stderr if options else "\n".join(done.card["details"])


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        ("drop", "the packets are dropped (no answer within 3 s)"),
        ("reject", "a firewall refuses them (something listened there)"),
        ("reject with tcp reset", "a firewall refuses them (something listened there)"),
        ("reject with icmpx type admin-prohibited", "No route to host"),
    ],
)
def test_closed_ports_are_named_with_both_hosts_and_the_command(site, verdict, why):
    address = site.lab.machine(TWO).address
    peers = [site.lab.machine(name).address for name in (ONE, THREE)]
    with ruled(site, TWO, f"tcp dport {{ 2379, 2380, 6443 }} {verdict}"):
        told = refused(site)
        (line,) = told.splitlines()
        assert line.startswith(
            f"{TWO}: port 2379, 2380 and 6443 of {TWO} ({address}) cannot be reached from "
            f"{ONE} and {THREE}: {why}; nftables has rules there: nft '"
        )
        command = line.partition("nftables has rules there: ")[2].partition(", and the same")[0]
        assert all(peer in command for peer in peers)
        site.ssh(TWO, command)
        plan = site.run("--plan")
        assert plan.code == 0, plan.explain()


def test_one_port_closed_for_one_host_is_all_that_is_named(site):
    source = site.lab.machine(THREE).address
    with ruled(site, ONE, f"ip saddr {source} tcp dport 2380 drop"):
        (line,) = refused(site).splitlines()
    assert line.startswith(f"{ONE}: port 2380 of {ONE} ({site.lab.machine(ONE).address}) cannot")
    assert f"cannot be reached from {THREE}: " in line


def test_a_plan_refuses_too_and_nothing_listens_afterwards(site):
    with ruled(site, TWO, "tcp dport 2380 drop"):
        assert f"port 2380 of {TWO}" in refused(site, "--plan")
    for host in site.hosts:
        assert (
            site.ssh(host, "ss -Hltn 'sport = :2380'; pgrep -f socket-activate", check=False) == ""
        )


async def test_the_live_check_shows_closed_ports_until_they_are_open(site):
    answers, _ = drafts.judge(site.answers)
    targets = [host_target.target(answers, number) for number in range(3)]
    credentials = probe.credentials(Person())
    pool = HostPool(asyncio.create_task, lambda: credentials)

    async def ports(host: int, state: State) -> Cell:
        async with asyncio.timeout(60):
            while (cell := pool.checks[targets[host]].cells["ports"]).state is not state:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return cell

    with ruled(site, TWO, "tcp dport 2380 drop"):
        pool.want(targets)
        cell = await ports(1, State.BAD)
    one, two, three = (site.lab.machine(host).address for host in (ONE, TWO, THREE))
    assert cell.word == "closed"
    assert cell.evidence[0].startswith(
        f"port 2380 of {two} cannot be reached from {one} and {three}: "
    )
    assert "nft 'insert rule" in cell.evidence[0]
    assert not pool.checks[targets[1]].passed
    assert (await ports(0, State.OK)).word == "free"
    pool.again([targets[0]])
    await ports(1, State.OK)
    assert pool.checks[targets[1]].passed


ONLY_OURS = """
tcp dport { 22, 2379, 2380, 6443 } accept
ct state established accept
meta iif lo accept
meta l4proto tcp drop
"""


def test_open_ports_are_no_obstacle_and_a_second_run_tries_none(site):
    with ruled(site, TWO, ONLY_OURS):
        assert_verified(site.install("--verify"), [ONE, TWO, THREE])
    with ruled(site, TWO, "tcp dport 9999 drop"):
        assert_nothing_to_do(site)

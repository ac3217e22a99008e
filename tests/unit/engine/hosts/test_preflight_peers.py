"""Blocked ports as obstacles: who cannot reach whom, why, and the command that opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import context

from tui_installer.engine.hosts import preflight_peers
from tui_installer.model.run.facts import BlockedPort, PeerPorts

if TYPE_CHECKING:
    from pathlib import Path

PORTS = (2379, 6443)


@pytest.mark.parametrize(
    ("firewall", "told"),
    [
        (
            "firewalld",
            "--permanent --add-port=2379/tcp --add-port=6443/tcp && firewall-cmd --reload",
        ),
        ("ufw", "for from in A B; do ufw allow proto tcp from $from to any port 2379,6443; done"),
        ("iptables", "iptables -I INPUT -p tcp -s A,B -m multiport --dports 2379,6443 -j ACCEPT"),
        (
            "nft inet filter input",
            "nft 'insert rule inet filter input ip saddr { A,B } tcp dport { 2379,6443 } accept'",
        ),
        ("", "no firewall was found there"),
        ("nft inet f '; reboot; '", "no firewall was found there"),
        ("reboot", "no firewall was found there"),
    ],
)
def test_each_firewall_has_its_command(firewall: str, told: str) -> None:
    said = preflight_peers.fix(firewall, PORTS, ("A", "B"))
    assert told in said
    assert "reboot" not in said


def test_ipv6_sources_are_written_as_such() -> None:
    sources = ("2001:db8::1",)
    assert " ip6 saddr { 2001:db8::1 } " in preflight_peers.fix("nft inet f in", PORTS, sources)
    assert "ip6tables -I" in preflight_peers.fix("iptables", PORTS, sources)


def test_one_sentence_for_the_same_sources_and_reason(tmp_path: Path) -> None:
    spec = kube_samples.spec(hosts=kube_samples.hosts(3))
    ctx = context(tmp_path / "c", spec)
    one, two, three = spec.hosts
    ctx.peers = PeerPorts(
        (
            *(BlockedPort(one.name, two.name, port, "silent") for port in PORTS),
            *(BlockedPort(three.name, two.name, port, "silent") for port in PORTS),
            BlockedPort(one.name, two.name, 2380, "Connection refused"),
        )
    )
    assert [list(preflight_peers.problems(ctx, host)) for host in (one, three)] == [[], []]
    first, second = preflight_peers.problems(ctx, two)
    assert first.startswith(
        f"port 2379 and 6443 of {two.name} ({two.address}) cannot be reached from {one.name} and "
        f"{three.name}: the packets are dropped"
    )
    assert second.startswith(f"port 2380 of {two.name} ({two.address}) cannot be reached from "
                             f"{one.name}: a firewall refuses them")  # fmt: skip

"""Checks what masters found on each other's ports, before anything that needs them is started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.engine.hosts.peer_ports import REFUSED, SILENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tui_installer.engine.core.context import Context
    from tui_installer.model.run.facts import BlockedPort, PeerPorts
    from tui_installer.model.spec import HostSpec

Ports = tuple[int, ...]
Sources = tuple[str, ...]
_WHY = {
    SILENT: "the packets are dropped (no answer within 3 s)",
    REFUSED: "a firewall refuses them (something listened there)",
}


def problems(ctx: Context, host: HostSpec) -> Iterator[str]:
    """One sentence for the ports of this host that the same masters cannot reach, and why."""
    return sentences(ctx.peers, host.name, {one.name: one.address for one in ctx.spec.masters})


def sentences(peers: PeerPorts, name: str, addresses: Mapping[str, str]) -> Iterator[str]:
    """As `problems`; addresses: of each host by its name."""
    blocked = [one for one in peers.blocked if one.target == name]
    for (sources, result), ports in _grouped(blocked).items():
        opening = fix(peers.firewalls.get(name, ""), ports, [addresses[one] for one in sources])
        about = "" if name == addresses[name] else f" ({addresses[name]})"
        yield (
            f"port {_listed(ports)} of {name}{about} cannot be reached from "
            f"{_listed(sources)}: {_WHY.get(result, result)}; {opening}"
        )


def _grouped(blocked: Sequence[BlockedPort]) -> Mapping[tuple[Sources, str], Ports]:
    sources: dict[tuple[int, str], Sources] = {}
    for one in blocked:
        key = (one.port, one.result)
        sources[key] = (*sources.get(key, ()), one.source)
    found: dict[tuple[Sources, str], Ports] = {}
    for (port, result), names in sources.items():
        found[names, result] = (*found.get((names, result), ()), port)
    return found


def _listed(words: Sequence[object]) -> str:
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last


def fix(firewall: str, ports: Ports, sources: Sequence[str]) -> str:
    """What opens the ports, as a command for root on the host where its firewall is known."""
    kind, _, chain = firewall.partition(" ")
    if kind == "nft" and _CHAIN.fullmatch(chain):  # it comes from the host, and is to be pasted
        return _nft(chain, ports, sources)
    return _FIXES.get(kind, _unknown)(ports, sources)


def _firewalld(ports: Ports, _sources: Sequence[str]) -> str:
    added = " ".join(f"--add-port={port}/tcp" for port in ports)
    command = f"firewall-cmd --permanent {added} && firewall-cmd --reload"
    return f"firewalld is active there: {command}"


def _ufw(ports: Ports, sources: Sequence[str]) -> str:
    allow = f"ufw allow proto tcp from $from to any port {_joined(ports)}"
    return f"ufw is active there: for from in {' '.join(sources)}; do {allow}; done"


def _iptables(ports: Ports, sources: Sequence[str]) -> str:
    tool = "ip6tables" if ":" in sources[0] else "iptables"
    rule = f"-p tcp -s {_joined(sources)} -m multiport --dports {_joined(ports)} -j ACCEPT"
    return f"iptables has rules there: {tool} -I INPUT {rule}"


def _nft(chain: str, ports: Ports, sources: Sequence[str]) -> str:
    family = "ip6" if ":" in sources[0] else "ip"
    match = f"{family} saddr {{ {_joined(sources)} }} tcp dport {{ {_joined(ports)} }}"
    return (
        f"nftables has rules there: nft 'insert rule {chain} {match} accept', and the same in the "
        "file that loads them at boot"
    )


def _unknown(_ports: Ports, _sources: Sequence[str]) -> str:
    return (
        "no firewall was found there: open the port on the way, such as in the network's security "
        "groups or in the firewalls of the other hosts"
    )


def _joined(words: Sequence[object]) -> str:
    return ",".join(map(str, words))


_CHAIN = re.compile(r"(?:ip|ip6|inet) [\w-]+ [\w-]+", re.ASCII)
_FIXES = {"firewalld": _firewalld, "ufw": _ufw, "iptables": _iptables}

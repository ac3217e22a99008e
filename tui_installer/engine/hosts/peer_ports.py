"""Tries the ports that masters need of each other, host to host, before anything is started.

Whether a packet arrives is known only by sending it: rules of firewalld, ufw, nftables, of a cloud
or of a switch are not read. Each host listens on its free ports for as long as the others try
them, since a firewall's refusal looks like that of a port where nothing listens.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.engine.core.task_group import run_all
from tui_installer.engine.hosts.facts import script
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.components import CONTROL_PLANE, control_plane
from tui_installer.model.run.events import Level
from tui_installer.model.run.facts import BlockedPort, PeerPorts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.kubernetes.components import Component
    from tui_installer.model.run.facts import HostFacts
    from tui_installer.remote.host import Host

STEP = "ports"
TIMEOUT = 30.0
"""Seconds for a host; it waits 2 for its listener and 3 for each answer, all at once."""
LONGEST = 120
"""Characters of a word that a host reports."""
_OURS = frozenset(component.unit for component in CONTROL_PLANE)
OPEN, SILENT, REFUSED = "open", "silent", "Connection refused"


@dataclass(frozen=True, slots=True)
class Peer:
    """One master. address: what its peers connect to. taken: ports that listen there already.

    foreign: those of them that another program has; what that answers says nothing of a firewall.
    """

    host: Host
    address: str
    taken: frozenset[int]
    foreign: frozenset[int]

    @classmethod
    def of(cls, host: Host, address: str, facts: HostFacts) -> Peer:
        """The peer that a host is by its facts."""
        foreign = frozenset(port.port for port in facts.ports if port.unit not in _OURS)
        return cls(host, address, frozenset(port.port for port in facts.ports), foreign)


def ports_of(components: Iterable[Component]) -> tuple[int, ...]:
    """The ports that other masters connect to."""
    return tuple(port.number for one in components for port in one.ports if port.peers)


def needed(ctx: Context) -> bool:
    """Whether a unit that peers connect to is still to be started on one of several masters."""
    units = [one.unit for one in control_plane(ctx.spec) if ports_of((one,))]
    return len(ctx.spec.masters) > 1 and any(
        (unit := ctx.facts[host.name].units.get(name)) is None or unit.active != "active"
        for host in ctx.spec.masters
        for name in units
    )


async def load(run: Run) -> None:
    """Fills the context with the ports that are blocked between masters, if it must be known."""
    ctx = run.ctx
    if not needed(ctx):
        return
    peers = {
        host.name: Peer.of(run.hosts[host.name], host.address, ctx.facts[host.name])
        for host in ctx.spec.masters
    }

    def say(name: str, text: str) -> None:
        run.log(name, STEP, text, Level.WARNING)

    ctx.peers = await tried(peers, ports_of(control_plane(ctx.spec)), say)


async def tried(
    peers: Mapping[str, Peer], ports: Sequence[int], say: Callable[[str, str], None]
) -> PeerPorts:
    """What the peers, by name, find on each other's ports; one round trip, all at once.

    say: called with (name, sentence) for a host that cannot try; nothing follows from it.
    """
    meeting = _Meeting(set(peers), set(peers))
    results = await run_all(_visit(name, peers, ports, meeting, say) for name in peers)
    return _judged(peers, dict(zip(peers, results, strict=True)))


@dataclass(slots=True)
class _Meeting:
    """Hosts try each other when all listen, and listen until all have tried.

    waiting: hosts that are not ready. working: hosts that are not done.
    """

    waiting: set[str]
    working: set[str]
    start: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def ready(self, host: str) -> None:
        self.waiting.discard(host)
        if not self.waiting:
            self.start.set()

    def done(self, host: str) -> None:
        self.ready(host)
        self.working.discard(host)
        if not self.working:
            self.over.set()

    async def signals(self) -> AsyncIterator[bytes]:
        """A host's stdin: a line when all listen; it ends when all have tried."""
        await self.start.wait()
        yield b"\n"
        await self.over.wait()


@dataclass(slots=True)
class _Report:
    """One host's lines. listens: ports on which something there answers its peers.

    tried: (address, port) → ``open``, ``silent`` or an error's text.
    """

    listens: set[int]
    tried: dict[tuple[str, int], str] = field(default_factory=dict)
    firewall: str = ""

    def read(self, line: str) -> str:
        """Takes one line; returns its first word."""
        word, _, rest = line.partition(" ")
        if word == "listens" and rest.isdecimal():
            self.listens.add(int(rest))
        elif word == "firewall":
            self.firewall = rest[:LONGEST]
        elif word == "tried" and rest.count(" ") > 1:
            address, port, result = rest.split(" ", 2)
            if port.isdecimal():
                self.tried[address, int(port)] = result[:LONGEST]
        return word


async def _visit(
    name: str,
    peers: Mapping[str, Peer],
    ports: Sequence[int],
    meeting: _Meeting,
    say: Callable[[str, str], None],
) -> _Report:
    report = _Report(set(peers[name].taken))

    def heard(line: str) -> None:
        match report.read(line):
            case "ready":
                meeting.ready(name)
            case "done":
                meeting.done(name)
            case "untried":
                say(name, f"{_UNTRIED}: there is no bash")

    try:
        await peers[name].host.run(
            script("peer_ports.sh"),
            *_words(name, peers, ports),
            stdin=meeting.signals(),
            timeout=TIMEOUT,
            on_stderr=heard,
        )
    except InstallerError as error:
        say(name, f"{_UNTRIED}: {error.message}")
    finally:
        meeting.done(name)
    return report


_UNTRIED = "the ports of the other masters were not tried"


def _words(name: str, peers: Mapping[str, Peer], ports: Sequence[int]) -> Iterator[str]:
    yield peers[name].address
    yield from (f"l:{port}" for port in ports if port not in peers[name].taken)
    for other, peer in peers.items():
        if other != name:
            yield from (f"t:{port}:{peer.address}" for port in ports if port not in peer.foreign)


def _judged(peers: Mapping[str, Peer], reports: Mapping[str, _Report]) -> PeerPorts:
    """A refusal counts only where a listener was seen: elsewhere it may be the port's own."""
    blocked = tuple(
        BlockedPort(source, target, port, result)
        for target, peer in peers.items()
        for source, report in reports.items()
        for (address, port), result in sorted(report.tried.items())
        if address == peer.address
        and result != OPEN
        and (result != REFUSED or port in reports[target].listens)
    )
    return PeerPorts(blocked, {name: r.firewall for name, r in reports.items() if r.firewall})

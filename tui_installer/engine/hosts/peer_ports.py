"""Tries the ports that masters need of each other, host to host, before anything is started.

Whether a packet arrives is known only by sending it: rules of firewalld, ufw, nftables, of a cloud
or of a switch are not read. Each host listens on its free ports for as long as the others try
them, since a firewall's refusal looks like that of a port where nothing listens.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.engine.hosts.facts import script
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.components import control_plane
from tui_installer.model.run.events import Level
from tui_installer.model.run.facts import BlockedPort, PeerPorts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator, Mapping

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.model.spec import HostSpec, Spec

STEP = "ports"
TIMEOUT = 30.0
"""Seconds for a host; it waits 2 for its listener and 3 for each answer, all at once."""
LONGEST = 120
"""Characters of a word that a host reports."""
OPEN, SILENT, REFUSED = "open", "silent", "Connection refused"


def peer_ports(spec: Spec) -> dict[str, tuple[int, ...]]:
    """Unit → its ports that the other masters connect to."""
    return {
        component.unit: found
        for component in control_plane(spec)
        if (found := tuple(port.number for port in component.ports if port.peers))
    }


def needed(ctx: Context) -> bool:
    """Whether a unit that peers connect to is still to be started on one of several masters."""
    units = peer_ports(ctx.spec)
    return len(ctx.spec.masters) > 1 and any(
        (unit := ctx.facts[host.name].units.get(name)) is None or unit.active != "active"
        for host in ctx.spec.masters
        for name in units
    )


async def load(run: Run) -> None:
    """Fills the context with the ports that are blocked between masters, if it must be known."""
    if not needed(run.ctx):
        return
    names = [host.name for host in run.ctx.spec.masters]
    meeting = _Meeting(set(names), set(names))
    results = await asyncio.gather(*(_visit(run, name, meeting) for name in names))
    run.ctx.peers = _judged(dict(zip(names, results, strict=True)))


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

    tried: (host, port) → ``open``, ``silent`` or an error's text.
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
            host, port, result = rest.split(" ", 2)
            if port.isdecimal():
                self.tried[host, int(port)] = result[:LONGEST]
        return word


async def _visit(run: Run, name: str, meeting: _Meeting) -> _Report:
    """What one host reports. A host that cannot be asked is logged, and nothing follows from it."""
    report = _Report({fact.port for fact in run.ctx.facts[name].ports})

    def heard(line: str) -> None:
        match report.read(line):
            case "ready":
                meeting.ready(name)
            case "done":
                meeting.done(name)
            case "untried":
                _not_tried(run, name, "there is no bash")

    words = _words(run.ctx, run.spec_of(name), report.listens)
    try:
        await run.hosts[name].run(
            script("peer_ports.sh"),
            *words,
            stdin=meeting.signals(),
            timeout=TIMEOUT,
            on_stderr=heard,
        )
    except InstallerError as error:
        _not_tried(run, name, error.message)
    finally:
        meeting.done(name)
    return report


def _not_tried(run: Run, name: str, why: str) -> None:
    run.log(name, STEP, f"the ports of the other masters were not tried: {why}", Level.WARNING)


def _words(ctx: Context, host: HostSpec, taken: Collection[int]) -> Iterator[str]:
    ports = [port for found in peer_ports(ctx.spec).values() for port in found]
    yield host.address
    yield from (f"l:{port}" for port in ports if port not in taken)
    for other in ctx.spec.masters:
        if other.name != host.name:
            yield from (f"t:{other.name}:{port}:{other.address}" for port in ports)


def _judged(reports: Mapping[str, _Report]) -> PeerPorts:
    """A refusal counts only where a listener was seen: elsewhere it may be the port's own."""
    blocked = tuple(
        BlockedPort(source, target, port, result)
        for target in reports
        for source, report in reports.items()
        for (host, port), result in sorted(report.tried.items())
        if host == target
        and result != OPEN
        and (result != REFUSED or port in reports[target].listens)
    )
    return PeerPorts(blocked, {name: r.firewall for name, r in reports.items() if r.firewall})

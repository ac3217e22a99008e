"""Compares hosts whose checks have finished, and tries the ports between them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_installer.actions.host_checks import host_verdict
from tui_installer.actions.host_checks.host_check import State, bad
from tui_installer.engine.hosts import clones, peer_ports
from tui_installer.engine.hosts.preflight_peers import sentences
from tui_installer.errors import InstallerError
from tui_installer.remote import ssh
from tui_installer.remote.credentials import Credentials
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.store import paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_installer.actions.host_checks.host_check import HostCheck
    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.model.run.facts import HostFacts
    from tui_installer.remote.host import Host

    Checks = Mapping[Target, HostCheck]

PROMPTED = ("password", "keyboard", "none")
"""Words of a login that would have to be answered again by the user."""


def compare(checks: Iterable[HostCheck]) -> None:
    """Warns, in the System cells, of what several of the hosts share."""
    known = [(check, found) for check in checks if check.ended and (found := check.facts)]
    shared = tuple(clones.shared(found for _, found in known))
    for check, found in known:
        cell = host_verdict.with_shared(found, shared)
        if cell != check.cells["system"]:
            check.put("system", cell)


async def try_ports(checks: Checks, secrets: Credentials) -> None:
    """Fills the Ports cells with what the hosts find on each other's ports.

    Does nothing until everything else has passed on every host, nor for a login with prompts.
    """
    by_address = {target.host.address: target for target in checks}
    if not 1 < len(by_address) == len(checks) or not all(map(_ready, checks.values())):
        return
    opened: dict[str, Host] = {}
    try:
        await _open(checks, Credentials(None, secrets.environ, secrets.typed), opened)
        peers = {
            address: peer_ports.Peer.of(opened[address], address, _facts(checks[target]))
            for address, target in by_address.items()
        }
        ports = peer_ports.ports_of(host_verdict.components(next(iter(checks))))
        found = await peer_ports.tried(peers, ports, lambda _name, _text: None)
    except (InstallerError, OSError, ValueError):
        return  # the plan tries them again, and reports why it can't
    finally:
        await asyncio.gather(*(host.close() for host in opened.values()), return_exceptions=True)
    for target, check in checks.items():
        lines = tuple(sentences(found, target.host.address, dict(zip(peers, peers, strict=True))))
        cell = host_verdict.cells(target, _facts(check))["ports"]
        if lines and cell.state is State.OK:
            cell = bad("closed", *lines, hint="open them on the host that is named, then press r")
        if cell != check.cells["ports"]:
            check.put("ports", cell)


def _ready(check: HostCheck) -> bool:
    others = (cell.state for question, cell in check.cells.items() if question != "ports")
    return (
        bool(check.ended)
        and check.facts is not None
        and check.ssh is not None
        and all(state in (State.OK, State.WARN) for state in others)
        and not any(word in check.facts.login.partition(" by ")[2] for word in PROMPTED)
    )


def _facts(check: HostCheck) -> HostFacts:
    assert check.facts is not None  # noqa: S101 - see _ready
    return check.facts


async def _open(checks: Checks, secrets: Credentials, opened: dict[str, Host]) -> None:
    policy = HostKeyPolicy(own=paths.own_known_hosts())

    async def one(target: Target, check: HostCheck) -> None:
        spec = replace(target.host, ssh=check.ssh or target.host.ssh)
        opened[target.host.address] = await ssh.connect(
            spec, credentials=secrets, host_keys=policy, say=lambda _text: None
        )

    results = await asyncio.gather(
        *(one(target, check) for target, check in checks.items()), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result

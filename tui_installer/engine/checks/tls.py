"""A TLS handshake with every port for every SAN its certificate should hold."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine import api
from tui_installer.engine.checks.result import Check
from tui_installer.kubernetes import certificates
from tui_installer.model.certificates import SanKind
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from tui_installer.engine.run import Run
    from tui_installer.model.certificates import San
    from tui_installer.model.spec import HostSpec, Spec

AT_ONCE = 4
"""Handshakes side by side on one connection; more only queue."""


@dataclass(frozen=True, slots=True)
class Port:
    """profile: the certificate it should show. ca, client: profiles to trust and to show."""

    number: int
    address: str
    profile: str
    ca: str
    client: str | None


def ports(spec: Spec, host: HostSpec) -> tuple[Port, ...]:
    """Every TLS port of a master and the certificate it is to serve."""
    name = host.name
    found = [
        Port(6443, "127.0.0.1", f"{name}/server", "ca", None),
        Port(10257, "127.0.0.1", f"{name}/controller-manager-serving", "ca", None),
        Port(10259, "127.0.0.1", f"{name}/scheduler-serving", "ca", None),
    ]
    if spec.etcd.mode is EtcdMode.STACKED:
        found += [
            Port(2379, "127.0.0.1", f"{name}/etcd-server", "etcd-ca", "etcd-operator"),
            Port(2380, host.address, f"{name}/etcd-peer", "etcd-ca", "etcd-operator"),
        ]
    return tuple(found)


async def sans(run: Run, host: str) -> list[Check]:
    """One line a port: how many names were accepted, or which were not and why."""
    profiles = {p.name: p for p in certificates.profiles(run.ctx.spec)}
    gate = asyncio.Semaphore(AT_ONCE)
    checks = []
    for port in ports(run.ctx.spec, run.spec_of(host)):
        socket = await run.hosts[host].forward(port.address, port.number)
        context = api.tls(run.ctx.authority.folder, port.ca, port.client)
        names = profiles[port.profile].sans
        answers = await asyncio.gather(*(_handshake(gate, socket, context, san) for san in names))
        bad = [f"{san}: {why}" for san, why in zip(names, answers, strict=True) if why]
        told = "; ".join(bad) or f"{len(names)} of {len(names)} SANs by TLS: " + ", ".join(
            san.value for san in names
        )
        checks.append(Check(f"certificate on :{port.number}", not bad, told))
    return checks


async def _handshake(
    gate: asyncio.Semaphore, socket: Path, context: ssl.SSLContext, san: San
) -> str:
    """'' if a client that calls the port by this name is content, else why not."""
    name = san.value.replace("*", "any", 1) if san.kind is SanKind.DNS else san.value
    async with gate:
        try:
            async with asyncio.timeout(15):
                _, writer = await asyncio.open_unix_connection(
                    str(socket), ssl=context, server_hostname=name
                )
        except (OSError, TimeoutError) as error:
            return str(error) or type(error).__name__
        writer.transport.abort()
        return ""

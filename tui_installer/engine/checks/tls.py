"""A TLS handshake with every port for every SAN its certificate should hold."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import api
from tui_installer.kubernetes import certificates
from tui_installer.kubernetes.components import control_plane
from tui_installer.model.certificates import SanKind

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from tui_installer.engine.core.run import Run
    from tui_installer.kubernetes.components import Port
    from tui_installer.model.certificates import San
    from tui_installer.model.spec import HostSpec, Spec

AT_ONCE = 4
"""Handshakes side by side on one connection; more only queue."""


@dataclass(frozen=True, slots=True)
class Served:
    """A port on one host. profile: the certificate that it should show."""

    port: Port
    address: str
    profile: str


def served(spec: Spec, host: HostSpec) -> tuple[Served, ...]:
    """Every TLS port of a master and the certificate it is to serve."""
    return tuple(
        Served(
            port,
            "127.0.0.1" if port.loopback else host.address,
            f"{host.name}/{port.certificate}",
        )
        for component in control_plane(spec)
        for port in component.ports
        if port.certificate
    )


async def sans(run: Run, host: str) -> list[Check]:
    """One line a port: how many names were accepted, or which were not and why."""
    profiles = {p.name: p for p in certificates.profiles(run.ctx.spec)}
    gate = asyncio.Semaphore(AT_ONCE)
    checks = []
    for one in served(run.ctx.spec, run.spec_of(host)):
        socket = await run.hosts[host].forward(one.address, one.port.number)
        context = api.tls(run.ctx.authority.folder, one.port.ca, one.port.client or None)
        names = profiles[one.profile].sans
        answers = await asyncio.gather(*(_handshake(gate, socket, context, san) for san in names))
        bad = [f"{san}: {why}" for san, why in zip(names, answers, strict=True) if why]
        evidence = "; ".join(bad) or f"{len(names)} of {len(names)} SANs by TLS: " + ", ".join(
            san.value for san in names
        )
        checks.append(Check(f"certificate on :{one.port.number}", not bad, evidence))
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

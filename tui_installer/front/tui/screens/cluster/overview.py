"""The networks that follow from the answers, and the versions to choose from."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.model.answers.sources import kubernetes_source
from tui_installer.model.check import parse
from tui_installer.model.check.findings import readable
from tui_installer.model.spec import SecretRef, Source, SourceKind
from tui_installer.model.versions import SUPPORTED_MINORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.answers.document import Answers
    from tui_installer.release.access import Access


def networks(answers: Answers) -> list[str]:
    """Returns a line for each of the three networks, then their overlaps."""
    lines = list(_networks("services", answers.cluster.service_cidr, "API server: {first}"))
    lines += _networks("pods", answers.cluster.pod_cidr, "{count} addresses")
    addresses = [host.address for host in answers.hosts if host.address]
    lines.append(f"hosts     {', '.join(addresses) if addresses else 'none entered yet'}")
    clashes = overlaps(answers)
    lines += [f"✗ {clash}" for clash in clashes] or ["✓ no overlaps"]
    return lines


def _networks(name: str, text: str, note: str) -> Iterator[str]:
    networks = readable(parse.networks, text)
    if networks is None:
        yield f"{name:<9} ✗ {text or 'missing'}"
        return
    for network in networks:
        count = f"{network.num_addresses:,}" if network.version == 4 else f"/{network.prefixlen}"  # noqa: PLR2004
        about = note.format(first=network[1], count=count) if network is networks.first else ""
        yield f"{name if about else '':<9} {network!s:<18} {about}".rstrip()


def overlaps(answers: Answers) -> list[str]:
    """Returns each pair of networks that overlaps, and each host inside a network."""
    found = []
    services = tuple(readable(parse.networks, answers.cluster.service_cidr) or ())
    pods = tuple(readable(parse.networks, answers.cluster.pod_cidr) or ())
    pairs = ((one, other) for one in services for other in pods if one.version == other.version)
    if any(one.overlaps(other) for one, other in pairs):
        found.append("the Service and pod networks overlap")
    for host in answers.hosts:
        address = readable(ip_address, host.address)
        for name, networks in (("services", services), ("pods", pods)):
            if address and any(address in network for network in networks):
                found.append(f"{host.address} is in the {name} network")
    return found


def _access(answers: Answers) -> Access:
    """The CA and the login of the mirror. Raises InstallerError if one cannot be read."""
    from tui_installer.engine.core.access import access_of  # noqa: PLC0415 - as in `offered`
    from tui_installer.remote.credentials import Credentials  # noqa: PLC0415

    said = answers.kubernetes.source
    file = Path(said.login.file).expanduser() if said.login.file else None
    source = Source(
        SourceKind.MIRROR,
        ca=Path(said.ca).expanduser() if said.ca else None,
        login=SecretRef(file, said.login.env),
    )
    return access_of(source, "kubernetes.source", Credentials().resolve)


async def offered(answers: Answers) -> list[str]:
    """Returns the Kubernetes versions that the source has and this program supports, newest first.

    Raises InstallerError, also if the source does not list versions.
    """
    from tui_installer.release import offers  # noqa: PLC0415 - only this question needs it

    source = kubernetes_source(answers)
    match source.kind:
        case SourceKind.MIRROR:
            access = await asyncio.to_thread(_access, answers)
            listed = await offers.of_mirror(source.location, SUPPORTED_MINORS, access)
        case SourceKind.GO:
            listed = await offers.of_go("amd64")
        case SourceKind.FOLDER:
            listed = await asyncio.to_thread(offers.of_folder, source.location)
        case SourceKind.TARBALL:
            listed = await asyncio.to_thread(offers.of_tarball, source.location)
    return offers.in_range(listed, SUPPORTED_MINORS)

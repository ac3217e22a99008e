"""What the answers about the cluster amount to, and what its surroundings say to them."""

from __future__ import annotations

import asyncio
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_installer.model import parse
from tui_installer.model.sources import kubernetes_source
from tui_installer.model.spec import SourceKind
from tui_installer.model.versions import SUPPORTED_RANGE

if TYPE_CHECKING:
    from tui_installer.model.answers import Answers

SECONDS = 8


def networks(answers: Answers) -> list[str]:
    """The three networks and what follows from them, a line each; wrong ones say so."""
    lines = [_network("services", answers.cluster.service_cidr, "the API's Service has {first}")]
    lines.append(_network("pods", answers.cluster.pod_cidr, "{count} addresses"))
    addresses = [host.address for host in answers.hosts if host.address]
    lines.append(f"hosts     {', '.join(addresses) if addresses else 'none entered yet'}")
    clashes = overlaps(answers)
    lines += [f"✗ {clash}" for clash in clashes] or ["✓ no two of them overlap"]
    return lines


def _network(name: str, text: str, told: str) -> str:
    try:
        network = parse.cidr(text)
    except ValueError:
        return f"{name:<9} ✗ {text or 'missing'}"
    count = f"{network.num_addresses:,}"
    return f"{name:<9} {network}  " + told.format(first=network[1], count=count)


def overlaps(answers: Answers) -> list[str]:
    """Each pair of networks, and each host inside one, that may not be."""
    found, nets = [], {}
    for name, text in (
        ("services", answers.cluster.service_cidr),
        ("pods", answers.cluster.pod_cidr),
    ):
        try:
            nets[name] = parse.cidr(text)
        except ValueError:
            continue
    if len(nets) == 2 and nets["services"].overlaps(nets["pods"]):  # noqa: PLR2004 - the pair
        found.append("the Service and pod networks overlap")
    for host in answers.hosts:
        for name, net in nets.items():
            try:
                inside = ip_address(host.address) in net
            except ValueError:
                continue
            if inside:
                found.append(f"{host.address} lies in the network of {name}")
    return found


async def offered(answers: Answers) -> str:
    """Which versions the source offers, in a sentence. Raises InstallerError."""
    source = kubernetes_source(answers)
    if source.kind is SourceKind.GO:
        return f"any release from {SUPPORTED_RANGE} can be built from the Go module proxy"
    if source.kind is not SourceKind.MIRROR:
        there = await asyncio.to_thread(_exists, source.location)
        return f"{source.location} {'is there' if there else 'is not there'}"
    from tui_installer.release.stable import stable  # noqa: PLC0415 - only this question needs it

    return f"{source.location} names {await stable(source.location)} as its stable release"


async def try_etcd(answers: Answers) -> tuple[bool, str]:
    """Whether every endpoint answers with the given files; the run tries those on the masters."""
    external = answers.etcd.external
    if external.files == "hosts":
        return True, "its files are on the masters: the run tries them there, before anything else"
    try:
        context = await asyncio.to_thread(_context, external.ca, external.cert, external.key)
    except (OSError, ssl.SSLError) as error:
        return False, f"✗ the files cannot be used: {error.strerror or error}"
    answers_of = await asyncio.gather(*(_try(url, context) for url in external.endpoints))
    bad = [told for told in answers_of if told]
    if bad or not external.endpoints:
        return False, "✗ " + ("; ".join(bad) or "no endpoint is given")
    return True, f"✓ {len(external.endpoints)} endpoints took the certificate"


def _exists(location: str) -> bool:
    return Path(location).expanduser().exists()


def _context(ca: str, cert: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=Path(ca).expanduser())
    context.load_cert_chain(Path(cert).expanduser(), Path(key).expanduser())
    return context


async def _try(url: str, context: ssl.SSLContext) -> str:
    place = urlsplit(url)
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(
                place.hostname, place.port or 2379, ssl=context, server_hostname=place.hostname
            )
    except (OSError, TimeoutError, ValueError) as error:
        return f"{url}: {error or 'no answer'}"
    writer.close()
    return ""

"""Checks the facts of all hosts for obstacles, before anything is changed."""

from __future__ import annotations

import contextlib
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tui_installer.engine.guards import etcd_data, present
from tui_installer.engine.hosts import fetching, preflight_accounts, preflight_peers
from tui_installer.engine.hosts.query import external_files
from tui_installer.errors import InstallerError
from tui_installer.model.check.findings import readable
from tui_installer.model.spec import Role
from tui_installer.pki.describe import fingerprint
from tui_installer.release.programs import GO_ARCH
from tui_installer.remote.forwards import PROHIBITED, PROHIBITED_HINT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.wants import FileWant, Wants
    from tui_installer.model.run.facts import FileFact, HostFacts, PortFact, Space
    from tui_installer.model.spec import HostSpec

MAX_SKEW = 120
"""Seconds. Certificates are backdated by 300; two clocks may be off in opposite directions."""
MIN_SYSTEMD = 232
MIN_MEMORY = 900 << 20
FOREIGN = "not this cluster's:"
LOST = (
    "these hosts were installed from another session: run with that session (--session-dir names "
    "the folder of sessions); if it is lost, tui-installer sessions recover rebuilds it from the "
    "hosts. If the named files are left over from something else, remove them"
)
MARGIN = 200 << 20
"""Bytes to leave free beyond what is written: etcd's log and the journal grow."""


def check(ctx: Context, wants: Mapping[str, Wants]) -> None:
    """Raises InstallerError naming every obstacle on every host."""
    found = tuple(
        InstallerError(
            problem,
            host=host.name,
            answer=f"hosts.{number}",
            hint=LOST if FOREIGN in problem else "",
        )
        for number, host in enumerate(ctx.spec.hosts)
        for problem in problems(ctx, host, ctx.facts[host.name], wants[host.name])
    )
    if found:
        kind = ForeignHosts if any(FOREIGN in one.message for one in found) else InstallerError
        raise kind(
            f"{len(found)} obstacle{'s' if len(found) != 1 else ''} on the hosts; "
            "nothing was changed",
            details=tuple(f"{one.host}: {one.message}" for one in found),
            hint=LOST if kind is ForeignHosts else "fix them and run again",
            step="preflight",
            parts=found,
        )


class ForeignHosts(InstallerError):
    """The CA or keys on the hosts are not those of the session."""


def authorities(ctx: Context) -> dict[str, str]:
    """host → fingerprint of the cluster CA on it, for hosts that have one."""
    path, found = ctx.spec.layout.ssl("ca.pem"), {}
    for name, facts in ctx.facts.items():
        fact = facts.files.get(path)
        if fact is not None and fact.content is not None:
            with contextlib.suppress(ValueError):
                found[name] = fingerprint(fact.content)
    return found


def problems(ctx: Context, host: HostSpec, facts: HostFacts, wants: Wants) -> Iterator[str]:
    """One sentence an obstacle: what is found, what is needed."""
    yield from system(facts)
    yield from clock(facts)
    if host.address not in facts.addresses:
        yield (
            f"the address {host.address} is not on this host, which has "
            f"{', '.join(facts.addresses)}; put the address its peers use in hosts[].address"
        )
    yield from _families(ctx, host, facts)
    for path in external_files(ctx.spec) if Role.CONTROL_PLANE in host.roles else ():
        if path not in facts.files:
            yield f"{path} does not exist; etcd.external expects it on the masters"
    yield from _space(ctx, facts, wants.files)
    yield from _fetching(facts, wants.files)
    yield from _ports(facts, wants)
    yield from _kept(facts, wants.files)
    if facts.etcd_data is not None and present.foreign_ca(ctx, facts):
        yield f"{FOREIGN} {etcd_data.about(facts.etcd_data, ctx.now)}"
    yield from preflight_accounts.problems(ctx.spec, facts, wants)
    yield from preflight_peers.problems(ctx, host)


def _families(ctx: Context, host: HostSpec, facts: HostFacts) -> Iterator[str]:
    """Further addresses that the host lacks, and the second family of dual stack."""
    for address in host.addresses:
        if address not in facts.addresses:
            yield (
                f"the address {address} is not on this host, which has "
                f"{', '.join(facts.addresses)}; correct hosts[].addresses"
            )
    addresses = (readable(ip_address, text) for text in facts.addresses)
    there = {one.version for one in addresses if one and not (one.is_link_local or one.is_loopback)}
    second = ctx.spec.service_cidr.second
    if second is not None and second.version not in there:
        yield (
            f"it has no IPv{second.version} address, which serviceCIDR {ctx.spec.service_cidr} "
            f"(dual stack) needs; give it one, or remove {second}"
        )


def system(facts: HostFacts) -> Iterator[str]:
    """Obstacles in systemd, architecture, memory and tools."""
    if facts.systemd == 0:
        yield "systemd is not running; the components are systemd units"
    elif facts.systemd < MIN_SYSTEMD:
        yield f"systemd {facts.systemd} is too old; {MIN_SYSTEMD} or later is needed"
    if facts.machine not in GO_ARCH:
        yield f"no programs are released for {facts.machine}; allowed: {', '.join(GO_ARCH)}"
    if 0 < facts.memory_total < MIN_MEMORY:
        yield f"{facts.memory_total >> 20} MB of memory; at least {MIN_MEMORY >> 20} MB is needed"
    if "sha256sum" not in facts.tools:
        yield "sha256sum is missing (package coreutils)"
    if not facts.forwarding:
        yield f"{PROHIBITED}: {PROHIBITED_HINT}"


def clock(facts: HostFacts) -> Iterator[str]:
    """The clock, if it is too far off."""
    if abs(facts.skew) > MAX_SKEW:
        side = "ahead of" if facts.skew > 0 else "behind"
        yield (
            f"its clock is {abs(facts.skew):.0f} s {side} this machine's; at most {MAX_SKEW} s "
            "is allowed, or certificates are not valid yet: start timesyncd or chrony"
        )


def _space(ctx: Context, facts: HostFacts, files: Sequence[FileWant]) -> Iterator[str]:
    needed: dict[str, int] = {}
    free: dict[str, int] = {}
    places = _places(facts.spaces)
    for folder, space in places.items():
        inside = [want for want in files if _place_of(want.path, places) == folder]
        free[space.mount] = space.free
        grows = MARGIN if folder == ctx.spec.etcd.data_dir else 0
        size = grows + sum(_to_write(want, facts, want.size) for want in inside)
        needed[space.mount] = needed.get(space.mount, 0) + size
        if "noexec" in space.options and any(want.probe for want in inside):
            yield f"{space.mount} is mounted noexec; programs in {folder} could not start"
        if "ro" in space.options:
            yield f"{space.mount} is mounted read-only; {folder} cannot be written"
    for mount, size in needed.items():
        if size > free[mount]:
            yield (f"{mount} has {free[mount] >> 20} MB free; {size >> 20} MB is needed")


def _fetching(facts: HostFacts, files: Sequence[FileWant]) -> Iterator[str]:
    """A host that is to fetch programs itself, and has no tool for it."""
    fetches = [want for want in files if want.site and _to_write(want, facts, 1)]
    if fetches and not {*fetching.TOOLS} & set(facts.tools):
        yield (
            f"neither curl nor wget is installed, and the host is to fetch programs from "
            f"{fetches[0].site}; install one of them, {fetching.OPERATOR}"
        )


def _places(spaces: Mapping[str, Space]) -> dict[str, Space]:
    """Without folders inside another one of them on the same mount."""
    return {
        folder: space
        for folder, space in spaces.items()
        if not any(
            folder.startswith(f"{other}/") and space.mount == outer.mount
            for other, outer in spaces.items()
        )
    }


def _place_of(path: str, places: Iterable[str]) -> str:
    """The deepest folder that the path is in."""
    return max((f for f in places if path.startswith(f"{f}/")), key=len, default="")


def _to_write(want: FileWant, facts: HostFacts, size: int) -> int:
    """The size, 0 if the host has the file already."""
    fact = facts.files.get(want.path)
    return 0 if fact and fact.sha256 == want.sha256 else size


def _ports(facts: HostFacts, wants: Wants) -> Iterator[str]:
    ours = {unit.name for unit in wants.units}
    for port in dict.fromkeys(facts.ports):  # reported for both IPv4 and IPv6
        if port.unit not in ours:
            yield f"port {port.port} is in use by {holder(port)}; the port is needed: stop it"


def holder(port: PortFact) -> str:
    """Who holds a port, as far as known."""
    known = ", ".join(part for part in (f"pid {port.pid}" if port.pid else "", port.unit) if part)
    return (port.process or "an unknown process") + (f" ({known})" if known else "")


def _kept(facts: HostFacts, files: Sequence[FileWant]) -> Iterator[str]:
    for want in files:
        fact = facts.files.get(want.path)
        if fact is not None and want.keep and fact.sha256 != want.sha256:
            yield (
                f"{FOREIGN} {want.keep}, {want.path}: "
                f"on the host {_fingerprint(fact)}, in the session folder {_ours(want)}"
            )


def _fingerprint(fact: FileFact) -> str:
    if fact.content is not None:
        try:
            return f"SHA-256 {fingerprint(fact.content)}"
        except ValueError:
            pass
    return f"sha256 {fact.sha256}"


def _ours(want: FileWant) -> str:
    if want.data is None:
        return "none"
    if not want.secret:
        try:
            return f"SHA-256 {fingerprint(want.data)}"
        except ValueError:
            pass
    return f"sha256 {want.sha256}"

"""Judges the facts of one host for an installation, as cells of a check. Pure."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui_installer.actions.host_checks.host_check import Cell, State, bad, ok, warn
from tui_installer.engine.guards import etcd_data
from tui_installer.engine.hosts import preflight
from tui_installer.engine.hosts.clones import What
from tui_installer.engine.hosts.facts import Query
from tui_installer.kubernetes.components import APISERVER, CONTROL_PLANE, Component
from tui_installer.release.programs import GO_ARCH
from tui_installer.remote.forwards import SSHD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.engine.hosts.clones import Shared
    from tui_installer.model.run.facts import EtcdData, HostFacts, UnitFact

KUBERNETES_BYTES = 420 << 20
ETCD_BYTES = 80 << 20
"""Size of the programs of a current release, rounded up; the plan has exact sizes."""


def components(target: Target) -> tuple[Component, ...]:
    """Returns the components that are installed on this host."""
    return tuple(one for one in CONTROL_PLANE if target.etcd_data or not one.only_stacked)


def query(target: Target) -> Query:
    """Returns the query for the host's facts."""
    parts = components(target)
    stacked = (target.layout.etcd, target.etcd_data) if target.etcd_data else ()
    return Query(
        manifest=target.layout.cfg("tui-installer.manifest"),
        programs=tuple(part.binary(target.layout) for part in parts),
        units=tuple(part.unit for part in parts),
        ports=tuple(sorted({port.number for part in parts for port in part.ports})),
        folders=(target.layout.kubernetes, target.layout.units, *stacked),
        etcd_data=target.etcd_data,
    )


def cells(target: Target, facts: HostFacts) -> dict[str, Cell]:
    """Returns the cells that the facts fill."""
    return {
        "system": _system(facts),
        "clock": _clock(facts),
        "disk": _disk(target, facts),
        "ports": _ports(target, facts),
        "runs": _runs(target, facts),
    }


def address(target: Target, facts: HostFacts) -> Cell | None:
    """Returns what is wrong with the address that the peers use; None if nothing."""
    if target.host.address in facts.addresses:
        return None
    return bad(
        "address",
        f"the address {target.host.address} is not on this host",
        f"it has {', '.join(facts.addresses)}",
        hint="enter the address that its peers use as Address, and this one as SSH address",
    )


def _system(facts: HostFacts) -> Cell:
    found = tuple(preflight.system(facts))
    about = (
        f"{facts.system}, {facts.machine}, Linux {facts.kernel}, systemd {facts.systemd}",
        f"{facts.memory_total >> 20} MB of memory, {facts.memory_available >> 20} MB available",
        *_relay(facts),
    )
    arch = GO_ARCH.get(facts.machine, facts.machine)
    if found:
        word = "arch" if facts.machine not in GO_ARCH else "unfit"
        return bad(word, *found, *about, hint="use another machine, or fix it and press r")
    if facts.swap:
        return warn(arch, *about, "swap is on", hint="a kubelet here would refuse to start with it")
    return ok(arch, *about)


def with_shared(facts: HostFacts, found: Iterable[Shared]) -> Cell:
    """Returns the System cell; warns of what this host shares with others among the found."""
    cell = _system(facts)
    mine = [one for one in found if facts.host in one.hosts]
    if not mine or cell.state is State.BAD:
        return cell
    cloned = any(one.what is What.MACHINE_ID for one in mine)
    return warn(
        "cloned" if cloned else "hostname",
        *(one.text for one in mine),
        *cell.evidence,
        hint="; ".join(one.what.fix for one in mine),
    )


def _relay(facts: HostFacts) -> tuple[str, ...]:
    if facts.forwarding in ("", SSHD):
        return ()
    return (f"sshd allows no TCP forwarding: {facts.forwarding} there relays to the API server",)


def _clock(facts: HostFacts) -> Cell:
    word = _seconds(facts.skew)
    if found := tuple(preflight.clock(facts)):
        return bad(word, *found, hint="on the host: timedatectl set-ntp true")
    return ok(word, "in step with this machine" if not facts.skew else f"{word} from this machine")


def _seconds(skew: float) -> str:
    size = abs(skew)
    text = f"{size:.1f}s" if size < 10 else f"{size:.0f}s" if size < 600 else f"{size / 60:.0f}m"  # noqa: PLR2004
    return f"{'+' if skew > 0 else '-'}{text}" if size >= 0.05 else "0s"  # noqa: PLR2004


def _disk(target: Target, facts: HostFacts) -> Cell:
    needs = _needs(target, facts)
    found: list[str] = []
    free: dict[str, int] = {}
    for folder, space in facts.spaces.items():
        free[space.mount] = space.free
        if "ro" in space.options:
            found.append(f"{space.mount} is mounted read-only; {folder} cannot be written")
        if "noexec" in space.options and folder in (target.layout.kubernetes, target.layout.etcd):
            found.append(f"{space.mount} is mounted noexec; programs in {folder} could not start")
    found += [
        f"{mount} has {_size(free[mount])} free; about {_size(need)} is needed"
        for mount, need in needs.items()
        if need > free[mount]
    ]
    least = min(free.values(), default=0)
    spaces = tuple(f"{mount}: {_size(size)} free" for mount, size in free.items())
    if found:
        return bad(
            _size(least), *found, hint="make room, or name other folders on the Cluster page"
        )
    return ok(_size(least), *spaces)


def _needs(target: Target, facts: HostFacts) -> dict[str, int]:
    """Returns mount → bytes needed. Programs that are already there need no space."""
    layout = target.layout
    sizes = {layout.kubernetes: KUBERNETES_BYTES, layout.etcd: ETCD_BYTES}
    there = {
        folder: sum(
            fact.size for path, fact in facts.files.items() if path.startswith(folder + "/")
        )
        for folder in sizes
    }
    needs: dict[str, int] = {}
    for folder, space in facts.spaces.items():
        size = max(0, sizes.get(folder, 0) - there.get(folder, 0))
        size += preflight.MARGIN if folder == target.etcd_data else 0
        needs[space.mount] = needs.get(space.mount, 0) + size
    return needs


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f}G" if count >= 1 << 30 else f"{count >> 20}M"


def _ports(target: Target, facts: HostFacts) -> Cell:
    ours = {part.unit for part in components(target)}
    taken = [port for port in facts.ports if port.unit not in ours]
    if taken:
        lines = (f"port {port.port} is in use by {preflight.holder(port)}" for port in taken)
        return bad(str(taken[0].port), *dict.fromkeys(lines), hint="stop it: the port is needed")
    if facts.ports:
        numbers = ", ".join(str(number) for number in sorted({port.port for port in facts.ports}))
        return ok("in use", f"{numbers}: in use by the control plane's own units")
    numbers = ", ".join(map(str, query(target).ports))
    return ok("free", f"{numbers}: nothing listens there")


def _runs(target: Target, facts: HostFacts) -> Cell:
    units = {
        name: unit
        for name, unit in facts.units.items()
        if unit.load not in ("not-found", "") or unit.active == "active"
    }
    if facts.etcd_data is not None and not any(f.ours for f in facts.files.values()):
        return _foreign_data(facts.etcd_data, units)
    if not units:
        return ok("nothing", "no unit of a control plane or of etcd exists")
    states = tuple(f"{name}: {unit.active} ({unit.sub})" for name, unit in units.items())
    made = facts.files.get(APISERVER.binary(target.layout))
    version = facts.versions.get(APISERVER.binary(target.layout), "")
    if made and made.ours:
        return ok(_short(version), f"installed by this program: {version}", *states)
    return Cell(
        State.WARN,
        "others",
        ("a control plane or etcd that this program did not install", *states),
        "the plan shows each file that would be replaced; foreign certificates are refused",
    )


def _foreign_data(data: EtcdData, units: Mapping[str, UnitFact]) -> Cell:
    return bad(
        "data",
        etcd_data.about(data, time.time()),
        "this program did not install it: etcd would start with this data and serve the keys of "
        "the cluster it came from",
        *(f"{name}: {unit.active} ({unit.sub})" for name, unit in units.items()),
        hint="if nobody needs the folder, move it away; or name another etcd data folder",
    )


def _short(version: str) -> str:
    """Returns ``v1.37.2`` for ``Kubernetes v1.37.2``."""
    return next((word for word in version.split() if word.startswith("v")), "ours")

"""Refuses version changes that Kubernetes or etcd does not support. Pure.

Sources: kubernetes.io/releases/version-skew-policy; etcd.io/docs/v3.6/upgrades/upgrade_3_6 and
v3.7/upgrades/upgrade_3_7.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from tui_installer.engine.guards import present
from tui_installer.engine.guards.problem import Problem
from tui_installer.kubernetes.components import APISERVER, CONTROLLERS, ETCD
from tui_installer.model.spec import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui_installer.engine.core.context import Context
    from tui_installer.kubernetes.components import Component

    Running = Mapping[Version, list[str]]
    """Version → hosts that run it."""

FIRST = {(3, 6): Version(3, 5, 32), (3, 7): Version(3, 6, 11)}
"""etcd minor → the lowest patch of the minor before that every member must run first."""
KUBERNETES, ETCD_VERSION = "kubernetes.version", "etcd.version"
_DOWN = "a minor is never downgraded: the older version may be unable to read the data in etcd"
_ETCD_DOWN = "a minor is never downgraded: an older etcd refuses the data folder of a newer one"
_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})")


def problems(ctx: Context) -> Iterator[Problem]:
    """Downgrades and skipped minors; an interrupted rolling upgrade may continue to its target."""
    yield from _kubernetes(ctx)
    if ETCD.runs(ctx.spec):
        yield from _etcd(ctx)


def notices(ctx: Context) -> Iterator[str]:
    """What is allowed but unusual: a downgrade within a minor."""
    for component in (APISERVER, ETCD):
        target = component.release(ctx.spec)[1]
        for version, hosts in running(ctx, component).items():
            if _minor(version) == _minor(target) and version > target:
                yield (
                    f"{component} is downgraded from {version} to {target} on {', '.join(hosts)}, "
                    "within the same minor"
                )


def running(ctx: Context, component: Component) -> Running:
    """Version → hosts that run it: from the process if it answers, else from its program file."""
    found: dict[Version, list[str]] = defaultdict(list)
    for host in ctx.spec.masters:
        if (version := _of_host(ctx, component, host.name)) is not None:
            found[version].append(host.name)
    return dict(sorted(found.items()))


def _of_host(ctx: Context, component: Component, host: str) -> Version | None:
    facts, text = ctx.facts[host], ""
    if component is APISERVER:
        text = ctx.cluster.versions.get(host, "")
    elif component is ETCD and host in ctx.cluster.etcd:
        text = ctx.cluster.etcd[host].version
    if not text and present.started(facts.units.get(component.unit)):
        text = facts.versions.get(component.binary(ctx.spec.layout), "")
    match = _VERSION.search(text)
    return Version(int(match[1]), int(match[2]), int(match[3])) if match else None


def _kubernetes(ctx: Context) -> Iterator[Problem]:
    target = ctx.spec.version
    servers = running(ctx, APISERVER)
    for version, hosts in servers.items():
        if _minor(target) < _minor(version):
            yield Problem(
                (
                    _there(APISERVER, version, hosts, target),
                    _DOWN,
                ),
                f"set kubernetes.version to {version} or later",
                KUBERNETES,
            )
        elif len(hops := _hops(version, target)) > 1:
            yield Problem(
                (
                    _there(APISERVER, version, hosts, target),
                    f"minors cannot be skipped: upgrade {' → '.join((str(version), *hops))}",
                ),
                f"set kubernetes.version to the newest patch of {hops[0]} and run; then the next",
                KUBERNETES,
            )
    yield from _newer_controllers(ctx, servers)


def _newer_controllers(ctx: Context, servers: Running) -> Iterator[Problem]:
    """Controller managers or schedulers newer than the API servers, now and after the run."""
    newest = max((_minor(ctx.spec.version), *map(_minor, servers)))
    for component in CONTROLLERS:
        for version, hosts in running(ctx, component).items():
            if _minor(version) > newest:
                yield Problem(
                    (
                        _there(component, version, hosts, ctx.spec.version),
                        f"{component} may not be newer than an API server",
                    ),
                    f"set kubernetes.version to {version} or later, one minor at a time",
                    KUBERNETES,
                )


def _etcd(ctx: Context) -> Iterator[Problem]:
    target, found = ctx.spec.etcd.version, running(ctx, ETCD)
    started = any(_minor(version) == _minor(target) for version in found)
    for version, hosts in found.items():
        line, hops = _there(ETCD, version, hosts, target), _hops(version, target)
        if _minor(target) < _minor(version):
            yield Problem(
                (line, _ETCD_DOWN), f"set etcd.version to {version} or later", ETCD_VERSION
            )
        elif len(hops) > 1:
            yield Problem(
                (line, f"minors cannot be skipped: upgrade {' → '.join((str(version), *hops))}"),
                f"set etcd.version to the newest patch of {hops[0]} and run; then the next",
                ETCD_VERSION,
            )
        elif hops and not started and version < (first := FIRST.get(_minor(target), version)):
            yield Problem(
                (line, f"before {hops[0]}, every member must run {first} or later"),
                f"set etcd.version to {first} or a later patch of that minor and run; then the "
                "next",
                ETCD_VERSION,
            )


def _there(component: Component, version: Version, hosts: list[str], target: Version) -> str:
    return f"{component} {version} runs on {', '.join(hosts)}; the answers ask for {target}"


def _minor(version: Version) -> tuple[int, int]:
    return version.major, version.minor


def _hops(version: Version, target: Version) -> list[str]:
    """Every minor up to the target's, inclusive: ``v1.36, v1.37``."""
    if version.major != target.major:
        return []
    return [f"v{target.major}.{minor}" for minor in range(version.minor + 1, target.minor + 1)]

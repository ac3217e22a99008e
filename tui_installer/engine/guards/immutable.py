"""Refuses to change answers that cannot change once a cluster runs with them. Pure.

The values that a host runs with come from the options files that its units name. A host on which
the program was never started may still change, and a change that has reached a host may be
completed.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tui_installer.engine.guards import present
from tui_installer.engine.guards.problem import Problem
from tui_installer.kubernetes import options, read_back
from tui_installer.kubernetes.components import APISERVER, CONTROLLER_MANAGER, ETCD
from tui_installer.model.answers import declared
from tui_installer.model.answers.known_keys import field_at
from tui_installer.model.spec import EtcdMode
from tui_installer.pki.describe import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.kubernetes.components import Component
    from tui_installer.model.run.facts import HostFacts
    from tui_installer.model.spec import HostSpec

HINT = (
    "put the value that the cluster runs with back into the answers; another value needs a new "
    "cluster, on other hosts and with another cluster.name"
)
_STACKED_CLIENT = "apiserver-etcd-client.pem"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is fixed. name: as users know it. why: a sentence, what would break.

    values: (new, old) of a host, None if no program was started with it there.
    """

    name: str
    why: str
    values: Callable[[Context, HostSpec], tuple[str, str] | None]


def problems(ctx: Context) -> Iterator[Problem]:
    """One problem, with a line for each answer that differs from what the hosts run with."""
    if any(present.other_session(ctx, ctx.facts[host.name]) for host in ctx.spec.masters):
        return
    lines = {one.name: line for one in FIXED if (line := _line(ctx, one))}
    if lines:
        answers = (name for name in lines if field_at(tuple(name.split("."))) is not None)
        yield Problem(tuple(lines.values()), HINT, next(answers, ""))


def _line(ctx: Context, fixed: Fixed) -> str:
    """'' if nothing differs, or a host already has the new value."""
    hosts: dict[str, list[str]] = defaultdict(list)
    wanted = ""
    for host in ctx.spec.masters:
        if (found := fixed.values(ctx, host)) is not None:
            wanted, old = found
            if wanted == old:
                return ""
            hosts[old].append(host.name)
    if not hosts:
        return ""
    now = ", ".join(f"{old or 'not set'} on {', '.join(on)}" for old, on in hosts.items())
    return f"{fixed.name} cannot change: {now}; {wanted or 'not set'} in the answers. {fixed.why}"


def _flag(component: Component, name: str) -> Callable[[Context, HostSpec], tuple[str, str] | None]:
    """The values of a flag that a started unit has."""

    def values(ctx: Context, host: HostSpec) -> tuple[str, str] | None:
        found = _started_with(ctx.facts[host.name], component)
        if not found or not component.runs(ctx.spec):
            return None
        wanted = dict(options(component, ctx.spec, host)).get(name, "")
        return present.shown(name, wanted), found.get(name, "")

    return values


def _started_with(facts: HostFacts, component: Component) -> dict[str, str]:
    """The flags; {} if the unit was never started, or this program did not write it."""
    started = present.started(facts.units.get(component.unit))
    return dict(present.flags(facts, component)) if started else {}


def _mode(ctx: Context, host: HostSpec) -> tuple[str, str] | None:
    found = _started_with(ctx.facts[host.name], APISERVER)
    if not found:
        return None
    stacked = PurePosixPath(found.get("etcd-certfile", "")).name == _STACKED_CLIENT
    return ctx.spec.etcd.mode, EtcdMode.STACKED if stacked else EtcdMode.EXTERNAL


def _domain(ctx: Context, host: HostSpec) -> tuple[str, str] | None:
    """From the API server's certificate, which has the names of the kubernetes Service."""
    facts = ctx.facts[host.name]
    cert = facts.files.get(ctx.spec.layout.ssl("server.pem"))
    if not present.apiserver_started(facts) or cert is None or cert.content is None:
        return None
    with contextlib.suppress(ValueError):
        return ctx.spec.domain, read_back.called(describe(cert.content).sans).domain
    return None


def _folder(component: Component) -> Callable[[Context, HostSpec], tuple[str, str] | None]:
    """The folder above the one of the options file."""

    def values(ctx: Context, host: HostSpec) -> tuple[str, str] | None:
        facts = ctx.facts[host.name]
        if not _started_with(facts, component) or not component.runs(ctx.spec):
            return None
        return (
            _up(component.options_path(ctx.spec.layout), 2),
            _up(facts.unit_files[component.unit].options, 2),
        )

    return values


def _units(ctx: Context, host: HostSpec) -> tuple[str, str] | None:
    facts = ctx.facts[host.name]
    wanted = ctx.spec.layout.unit(APISERVER.name)
    if not _started_with(facts, APISERVER):
        return None
    # systemd may name the same folder by another path, such as /lib for /usr/lib.
    found = wanted if wanted in facts.files else facts.unit_files[APISERVER.unit].unit
    return _up(wanted, 1), _up(found, 1)


def _up(path: str, levels: int) -> str:
    above = PurePosixPath(path).parents
    return str(above[levels - 1]) if len(above) >= levels else path


def _answer(path: str, values: Callable[[Context, HostSpec], tuple[str, str] | None]) -> Fixed:
    """An answer whose declaration says that it is fixed."""
    info = field_at(tuple(path.split(".")))
    fixed = declared.declared(info, declared.Fixed) if info else None
    if fixed is None:
        raise LookupError(path)
    return Fixed(path, f"{fixed.why[0].upper()}{fixed.why[1:]}.", values)


FIXED = (
    _answer("cluster.name", _flag(CONTROLLER_MANAGER, "cluster-name")),
    _answer("cluster.domain", _domain),
    _answer("cluster.serviceCIDR", _flag(APISERVER, "service-cluster-ip-range")),
    _answer("cluster.podCIDR", _flag(CONTROLLER_MANAGER, "cluster-cidr")),
    Fixed(
        "service-account-issuer",
        "Tokens that pods hold name the old issuer and would be refused.",
        _flag(APISERVER, "service-account-issuer"),
    ),
    _answer("etcd.mode", _mode),
    _answer("etcd.dataDir", _flag(ETCD, "data-dir")),
    Fixed(
        "etcd.extraArgs wal-dir",
        "A member without its log does not start.",
        _flag(ETCD, "wal-dir"),
    ),
    Fixed(
        "etcd-prefix",
        "Every object is stored under the old prefix; the API would be empty.",
        _flag(APISERVER, "etcd-prefix"),
    ),
    _answer("layout.kubernetes", _folder(APISERVER)),
    _answer("layout.etcd", _folder(ETCD)),
    _answer("layout.units", _units),
)

"""Compares the masters of the answers with etcd's members and the hosts that have data. Pure.

A host that starts without data next to an existing cluster forms a second one; a member missing
from the answers keeps running unmanaged. Running again fixes neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.guards import present
from tui_installer.engine.guards.problem import Problem
from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import ETCD
from tui_installer.model.run.facts import EtcdMember
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tui_installer.engine.core.context import Context
    from tui_installer.model.spec import HostSpec

HOSTS = "hosts"
"""The answer to look at."""
ADD = (
    "remove the added hosts from the answers: adding a master to a cluster that exists is not "
    "supported yet. Or install a new cluster, with another cluster.name, on fresh hosts"
)
REMOVE = (
    "put the missing hosts back into the answers, with the names and addresses that etcd lists: "
    "removing or replacing a master is not supported yet"
)
WIPED = (
    "is the disk of etcd's data folder mounted? Restore the data, from a backup of that host if "
    "need be; replacing a member that lost its data is not supported yet"
)
SILENT = (
    "start etcd on the hosts that have data until it answers (systemctl status etcd shows why it "
    "does not), then run again; " + WIPED
)
ADDED_BY_HAND = "remove that member (etcdctl member remove ID), or finish adding it by hand"


@dataclass(frozen=True, slots=True)
class Lists:
    """What is compared. live: members come from etcd's answers, else from the options files."""

    hosts: tuple[HostSpec, ...]
    members: tuple[EtcdMember, ...]
    urls: Mapping[str, frozenset[str]]
    """Host → the peer URLs of its member."""
    data: frozenset[str]
    """Names of the hosts that have data."""
    live: bool

    def member(self, host: HostSpec) -> EtcdMember | None:
        """The member with the peer URL of this host."""
        urls = self.urls[host.name]
        return next((one for one in self.members if urls & set(one.peers)), None)

    def summary(self) -> str:
        """``answers: 3 masters (…); etcd: 1 member (…); data on 1 host (…)``."""
        source = "etcd" if self.live else "the options files of etcd"
        return "; ".join(
            (
                f"answers: {_named('master', [host.name for host in self.hosts])}",
                f"{source}: {_named('member', [_label(one) for one in self.members])}",
                f"data: on {_named('host', [h.name for h in self.hosts if h.name in self.data])}",
            )
        )


def problems(ctx: Context) -> Iterator[Problem]:
    """None for an external etcd, or if no host has data of this cluster yet."""
    if ctx.spec.etcd.mode is not EtcdMode.STACKED:
        return
    lists = lists_of(ctx)
    if not lists.members or not (lists.live or lists.data):
        return
    yield from _moved(lists)
    yield from _added(lists)
    yield from _missing(lists)
    yield from _wiped(ctx, lists)
    yield from _added_by_hand(lists)


def lists_of(ctx: Context) -> Lists:
    """Members come from a running member's answer, else from what the hosts were started with."""
    names = [host.name for host in ctx.spec.masters]
    data = frozenset(name for name in names if present.our_data(ctx, ctx.facts[name]))
    views = [ctx.cluster.etcd[name] for name in names if name in ctx.cluster.etcd]
    urls = {host.name: _urls(ctx, host) for host in ctx.spec.masters}
    members = views[0].members if views else _configured(ctx, data, urls)
    members = tuple(sorted(members, key=lambda member: (member.name, member.id)))
    return Lists(ctx.spec.masters, members, urls, data, bool(views))


def _urls(ctx: Context, host: HostSpec) -> frozenset[str]:
    flags = dict(options(ETCD, ctx.spec, host))
    return frozenset(flags["initial-advertise-peer-urls"].split(","))


def _configured(
    ctx: Context, data: frozenset[str], urls: Mapping[str, frozenset[str]]
) -> tuple[EtcdMember, ...]:
    """The members in ``initial-cluster`` on hosts with data; without it, the host itself."""
    found: dict[str, EtcdMember] = {}
    for name in sorted(data):
        itself = ",".join(f"{name}={url}" for url in sorted(urls[name]))
        text = present.flags(ctx.facts[name], ETCD).get("initial-cluster") or itself
        for part in text.split(","):
            member, _, url = part.partition("=")
            found.setdefault(url, EtcdMember("", member, (url,), started=False, learner=False))
    return tuple(sorted(found.values(), key=lambda member: member.name))


def _moved(lists: Lists) -> Iterator[Problem]:
    """Members with a master's name but another address."""
    lines = [
        f"{host.name}: its address is {host.address} in the answers, "
        f"{', '.join(member.peers)} in etcd"
        for host, member in _pairs(lists)
    ]
    if lines:
        why = "etcd knows its members by their addresses: at another one it is not a member"
        yield Problem((*lines, why, lists.summary()), REMOVE, HOSTS)


def _pairs(lists: Lists) -> list[tuple[HostSpec, EtcdMember]]:
    """Masters, each with the member that has its name at another address."""
    named = {member.name: member for member in lists.members if member.name}
    return [
        (host, named[host.name])
        for host in lists.hosts
        if lists.member(host) is None and host.name in named
    ]


def _added(lists: Lists) -> Iterator[Problem]:
    moved = {host.name for host, _ in _pairs(lists)}
    added = [host for host in lists.hosts if lists.member(host) is None and host.name not in moved]
    if not added:
        return
    names, one = ", ".join(host.name for host in added), len(added) == 1
    why = f"{names} {'is not a member' if one else 'are not members'}"
    if not any(host.name in lists.data for host in added):
        why += (
            " and has no data: it would form a second cluster"
            if one
            else " and have no data: they would form a second cluster"
        )
    yield Problem((lists.summary(), why), ADD, HOSTS)


def _missing(lists: Lists) -> Iterator[Problem]:
    """Members that are not masters in the answers, nor masters that moved."""
    urls = frozenset().union(*lists.urls.values())
    moved = {member.peers for _, member in _pairs(lists)}
    gone = [
        member
        for member in lists.members
        if member.name and not urls & set(member.peers) and member.peers not in moved
    ]
    if not gone:
        return
    count = len(lists.members)
    left = count - len(gone)
    names = ", ".join(f"{_label(member)} ({', '.join(member.peers)})" for member in gone)
    one = len(gone) == 1
    rest = (
        f"of {count} members (quorum {count // 2 + 1}) {left} would be managed; "
        f"the other{'' if one else 's'} would keep running unmanaged"
    )
    yield Problem(
        (
            lists.summary(),
            f"{names} {'is a member' if one else 'are members'} and not in the answers",
            rest,
        ),
        REMOVE,
        HOSTS,
    )


def _wiped(ctx: Context, lists: Lists) -> Iterator[Problem]:
    """Members without data, unless they never ran, as after an interrupted first install."""
    empty = [
        (host, member)
        for host in lists.hosts
        if host.name not in lists.data and (member := lists.member(host)) is not None
    ]
    formed = any(present.apiserver_started(facts) for facts in ctx.facts.values())
    if lists.live:
        wiped = [host.name for host, member in empty if member.started]
    else:
        wiped = [host.name for host, _ in empty if formed]
    if not wiped:
        return
    one = len(wiped) == 1
    why = (
        f"{', '.join(wiped)} {'is a member' if one else 'are members'} and "
        f"{'has' if one else 'have'} no data: members that start empty next to others with data "
        "can form a second cluster, or lose the data of the first"
    )
    if lists.live:
        yield Problem((lists.summary(), why), WIPED, HOSTS)
    else:
        yield Problem((lists.summary(), "no etcd member answers", why), SILENT, HOSTS)


def _added_by_hand(lists: Lists) -> Iterator[Problem]:
    for member in lists.members:
        if lists.live and not member.name:
            line = f"etcd lists the member {member.id} ({', '.join(member.peers)})"
            yield Problem((f"{line}, which was added and has never started",), ADDED_BY_HAND, HOSTS)


def _label(member: EtcdMember) -> str:
    return (member.name or member.id) + (" (learner)" if member.learner else "")


def _named(noun: str, names: Sequence[str]) -> str:
    """``2 masters (a, b)``."""
    which = f" ({', '.join(names)})" if names else ""
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'}{which}"

"""Refuses hosts with etcd data of another cluster: etcd would start on it and serve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.guards import present
from tui_installer.engine.guards.problem import Problem
from tui_installer.kubernetes.components import ETCD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.model.run.facts import EtcdData, HostFacts
    from tui_installer.model.spec import HostSpec

HINT = (
    "check the folder; if nobody needs it, move it away yourself (mv FOLDER FOLDER.old) and run "
    "again. If a cluster that this program installed wrote it, tui-installer sessions recover "
    "rebuilds its session from the hosts. For a new cluster etcd.dataDir can name another folder"
)
SAME_CLUSTER_HINT = (
    "do not start, stop or empty any of them before you know which cluster has the data that "
    "you need: on each master, run etcdctl member list and get --prefix --keys-only /registry"
)
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))
_KB = 1000


def problems(ctx: Context) -> Iterator[Problem]:
    """A problem for each host with foreign data, and one for members of different clusters."""
    for number, host in enumerate(ctx.spec.hosts):
        facts = ctx.facts[host.name]
        if facts.etcd_data is not None and not _known(ctx, facts):
            yield Problem(_lines(ctx, host, facts), HINT, f"hosts.{number}")
    yield from _different(ctx)


def _known(ctx: Context, facts: HostFacts) -> bool:
    """Whether the data is ours, another session's (preflight refuses it), or of other answers."""
    return (
        present.has_our_etcd_ca(ctx, facts)
        or present.foreign_ca(ctx, facts)
        or present.etcd_elsewhere(ctx, facts)
    )


def _lines(ctx: Context, host: HostSpec, facts: HostFacts) -> tuple[str, ...]:
    assert facts.etcd_data is not None  # noqa: S101 - the caller has checked
    unit = facts.units.get(ETCD.unit)
    running = unit is not None and unit.active == "active"
    return (
        f"{host.name}: {about(facts.etcd_data, ctx.now)}, not written by this cluster",
        f"{host.name}: etcd would start on it and serve the data of that other cluster",
        *((f"{host.name}: {ETCD.unit} runs there now",) if running else ()),
    )


def about(data: EtcdData, now: float) -> str:
    """``etcd data in /var/lib/etcd/member (20.5 MB, last written 3 days ago)``."""
    return f"etcd data in {data.path} ({_size(data.size)}, last written {age(now - data.changed)})"


def age(seconds: float) -> str:
    """An age in words, in the largest unit that fits."""
    for length, unit in _UNITS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if count != 1 else ''} ago"
    return "just now"


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < _KB:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= _KB
    return f"{size:.1f} GB"


def _different(ctx: Context) -> Iterator[Problem]:
    """Members that answer but belong to different clusters."""
    views = ctx.cluster.etcd
    if len({view.cluster_id for view in views.values()}) > 1:
        lines = tuple(
            f"{host}: etcd cluster {view.cluster_id} with {len(view.members)} "
            f"member{'s' if len(view.members) != 1 else ''} "
            f"({', '.join(member.name or member.id for member in view.members)})"
            for host, view in views.items()
        )
        yield Problem(("the etcd members on the masters belong to different clusters:", *lines),
                      SAME_CLUSTER_HINT)  # fmt: skip

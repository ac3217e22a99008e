"""Hosts on which a cluster is installed already, as the guards see them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import kube_samples
from engine_samples import NOW, context, finish, unit_fact

from tui_installer.kubernetes import options_bytes
from tui_installer.kubernetes.components import COMPONENTS, ETCD
from tui_installer.model.run.facts import ClusterFacts, EtcdData, EtcdMember, EtcdView, UnitFiles

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.model.spec import HostSpec, Spec

DATA = EtcdData("/var/lib/etcd/member", 20_500_000, NOW - 3 * 86400)


def installed(folder: Path, spec: Spec | None = None) -> Context:
    """Every host finished, with data, and every member and API server answering."""
    ctx = context(folder, spec or kube_samples.spec())
    finish(ctx)
    for host in ctx.spec.hosts:
        change(ctx, host.name, etcd_data=DATA, unit_files=unit_files(ctx.spec, host))
    answer(ctx, *ctx.spec.hosts)
    ctx.cluster = dataclasses.replace(
        ctx.cluster, versions={host.name: str(ctx.spec.version) for host in ctx.spec.hosts}
    )
    return ctx


def unit_files(spec: Spec, host: HostSpec) -> dict[str, UnitFiles]:
    return {
        one.unit: UnitFiles(
            spec.layout.unit(one), one.options_path(spec.layout), options_bytes(one, spec, host)
        )
        for one in COMPONENTS
    }


def change(ctx: Context, name: str, **changes: Any) -> None:
    """Changes the facts of one host."""
    ctx.facts = {**ctx.facts, name: dataclasses.replace(ctx.facts[name], **changes)}


def answer(ctx: Context, *hosts: HostSpec, cluster: str = "c0ffee") -> None:
    """The members of these hosts answer, each with the same list of them all."""
    members = tuple(member(host.name, host.address) for host in hosts)
    views = {host.name: EtcdView(cluster, host.name, members, "3.7.3") for host in hosts}
    ctx.cluster = dataclasses.replace(ctx.cluster, etcd=views)


def silent(ctx: Context) -> None:
    """Nothing answers."""
    ctx.cluster = ClusterFacts()


def member(name: str, address: str, **changes: Any) -> EtcdMember:
    plain = EtcdMember("a1", name, (f"https://{address}:2380",), started=True, learner=False)
    return dataclasses.replace(plain, **changes)


def fresh(ctx: Context, name: str) -> None:
    """Nothing was ever on this host but what systemd says of units that are not there."""
    gone = unit_fact(load="not-found", active="inactive", sub="dead", enabled="", started=0)
    units = dict.fromkeys(ctx.facts[name].units, gone)
    change(ctx, name, etcd_data=None, unit_files={}, files={}, units=units, folders={}, versions={})


def etcd_only(ctx: Context, name: str, *, data: bool) -> None:
    """A first install that was cut while etcd started: no API server was started yet."""
    units = dict(ctx.facts[name].units)
    for unit in units.keys() - {ETCD.unit}:
        units[unit] = unit_fact(load="loaded", active="inactive", enabled="disabled", started=0)
    change(ctx, name, units=units, etcd_data=DATA if data else None)


def with_hosts(ctx: Context, *hosts: HostSpec) -> Context:
    """Other masters in the answers, on the same machines where names are the same."""
    spec = dataclasses.replace(ctx.spec, hosts=hosts)
    return dataclasses.replace(ctx, spec=spec, facts={h.name: ctx.facts[h.name] for h in hosts})

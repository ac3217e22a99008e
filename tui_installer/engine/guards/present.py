"""What is present on the hosts already, read from their facts. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tui_installer.engine.hosts.query import data_folder
from tui_installer.kubernetes.components import APISERVER, ETCD
from tui_installer.kubernetes.unquoting import read_options
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.core.context import Context
    from tui_installer.kubernetes import Component
    from tui_installer.model.run.facts import HostFacts, UnitFact


def flags(facts: HostFacts, component: Component) -> Mapping[str, str]:
    """Flag without dashes → value that is safe to show, of the options file that the unit reads.

    {} where there is no such unit, or its options file is not as this program names and writes it.
    """
    files = facts.unit_files.get(component.unit)
    if files is None or files.content is None or not files.options.endswith(f"/cfg/{component}"):
        return {}
    try:
        _, words = read_options(files.content.decode())
    except ValueError:
        return {}
    pairs = (clean(word, limit=len(word) + 1).partition("=") for word in words)
    return {name.removeprefix("--"): value for name, _, value in pairs}


def started(unit: UnitFact | None) -> bool:
    """Whether an installation got as far as this unit: it is enabled just before its start."""
    return unit is not None and (unit.enabled == "enabled" or unit.active == "active")


def apiserver_started(facts: HostFacts) -> bool:
    """Whether the API server of this host was ever started."""
    return started(facts.units.get(APISERVER.unit))


def our_data(ctx: Context, facts: HostFacts) -> bool:
    """Whether etcd data of this cluster is there: in the folder of the answers, or in another."""
    here = facts.etcd_data is not None and has_our_etcd_ca(ctx, facts)
    return here or etcd_elsewhere(ctx, facts)


def etcd_elsewhere(ctx: Context, facts: HostFacts) -> bool:
    """Whether etcd was started here with other folders than those of the answers."""
    found = flags(facts, ETCD)
    if not found or not started(facts.units.get(ETCD.unit)):
        return False
    layout = ctx.spec.layout
    return facts.unit_files[ETCD.unit].options != ETCD.options_path(layout) or found.get(
        "data-dir", ""
    ) != data_folder(ctx.spec)


def has_our_etcd_ca(ctx: Context, facts: HostFacts) -> bool:
    """Whether the host has the etcd CA of this session."""
    ours = ctx.authority.cert("etcd-ca")
    fact = facts.files.get(ctx.spec.layout.etcd_ssl("ca.pem"))
    if ours is None or fact is None:
        return False
    return fact.sha256 == hashlib.sha256(ours).hexdigest()


def foreign_ca(ctx: Context, facts: HostFacts) -> bool:
    """Whether another cluster's etcd CA is where ours belongs; preflight refuses such a host."""
    there = ctx.spec.layout.etcd_ssl("ca.pem") in facts.files
    return there and not has_our_etcd_ca(ctx, facts)

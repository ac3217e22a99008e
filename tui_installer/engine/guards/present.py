"""Reads from the facts what the hosts already have. Pure."""

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

    {} if there is no such unit, or this program did not write its options file.
    """
    files = facts.unit_files.get(component.unit)
    if files is None or files.content is None or not files.options.endswith(f"/cfg/{component}"):
        return {}
    try:
        _, words = read_options(files.content.decode())
    except ValueError:
        return {}
    pairs = (word.removeprefix("--").partition("=") for word in words)
    return {name: shown(name, value) for name, _, value in pairs}


def shown(name: str, value: str) -> str:
    """A flag's value, safe to show; two values are compared in this form."""
    word = f"{name}={value}"
    return clean(word, limit=len(word) + 1).partition("=")[2]


def started(unit: UnitFact | None) -> bool:
    """Whether an installation reached this unit: it is enabled just before its start."""
    return unit is not None and (unit.enabled == "enabled" or unit.active == "active")


def apiserver_started(facts: HostFacts) -> bool:
    """Whether the API server of this host was ever started."""
    return started(facts.units.get(APISERVER.unit))


def our_data(ctx: Context, facts: HostFacts) -> bool:
    """Whether the host has etcd data of this cluster, in the answers' folder or another."""
    here = facts.etcd_data is not None and has_our_etcd_ca(ctx, facts)
    return here or etcd_elsewhere(ctx, facts)


def etcd_elsewhere(ctx: Context, facts: HostFacts) -> bool:
    """Whether etcd was started on the host with folders other than the answers'."""
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
    """Whether the host has another cluster's etcd CA at our path; preflight refuses such a host."""
    present = ctx.spec.layout.etcd_ssl("ca.pem") in facts.files
    return present and not has_our_etcd_ca(ctx, facts)


def other_session(ctx: Context, facts: HostFacts) -> bool:
    """Whether the host has another session's cluster CA; preflight refuses such a host."""
    ours = ctx.authority.cert("ca")
    fact = facts.files.get(ctx.spec.layout.ssl("ca.pem"))
    return fact is not None and (ours is None or fact.sha256 != hashlib.sha256(ours).hexdigest())

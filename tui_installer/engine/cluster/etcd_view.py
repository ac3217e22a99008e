"""What the etcd members that run answer: the cluster they are in, and its list of members."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.checks import etcd
from tui_installer.engine.cluster import api
from tui_installer.engine.cluster.shape import block, listed, text
from tui_installer.engine.core.task_group import run_all
from tui_installer.kubernetes.components import ETCD
from tui_installer.model.run.facts import EtcdMember, EtcdView
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.core.run import Run

SECONDS = 5.0
"""For an answer. A member without a quorum answers nothing; what is on the hosts decides then."""
MOST = 50
"""Members of a list that are read; etcd advises seven."""
_DIGITS = 20
"""Decimal digits of 2⁶⁴."""
_NAME = 253
_URL = 300
CERTS = ("etcd-ca", "etcd-operator")


async def views(run: Run) -> Mapping[str, EtcdView]:
    """Host → what its member answers. Hosts without an answer are left out.

    Raises ConnectionLost where a host is gone.
    """
    ctx = run.ctx
    if ctx.spec.etcd.mode is not EtcdMode.STACKED or None in map(ctx.authority.cert, CERTS):
        return {}
    running = [
        host.name
        for host in ctx.spec.masters
        if (unit := ctx.facts[host.name].units.get(ETCD.unit)) and unit.active == "active"
    ]
    found = await run_all(_view(run, host) for host in running)
    return {host: view for host, view in zip(running, found, strict=True) if view is not None}


async def _view(run: Run, host: str) -> EtcdView | None:
    try:
        async with asyncio.timeout(SECONDS):
            (status, told), (_, version) = await asyncio.gather(
                etcd.ask(run, host, "POST", "/v3/cluster/member/list"),
                etcd.ask(run, host, "GET", "/version"),
            )
    except TimeoutError:
        return None
    if status != httpx.codes.OK:
        return None
    return view_of(api.parse(told), text(api.parse(version), "etcdserver"))


def view_of(told: Mapping[str, object], version: str = "") -> EtcdView | None:
    """Reads an answer of ``/v3/cluster/member/list``; None where it names no cluster."""
    header = block(told, "header")
    cluster = _hex(text(header, "cluster_id"))
    if not cluster:
        return None
    members = tuple(_member(one) for one in listed(told, "members")[:MOST])
    return EtcdView(cluster, _hex(text(header, "member_id")), members, version)


def _member(told: object) -> EtcdMember:
    # Only a member that has joined publishes its client URLs.
    return EtcdMember(
        id=_hex(text(told, "ID")),
        name=text(told, "name")[:_NAME],
        peers=tuple(str(url)[:_URL] for url in listed(told, "peerURLs")[:MOST]),
        started=bool(listed(told, "clientURLs")),
        learner=block(told).get("isLearner") is True,
    )


def _hex(number: str) -> str:
    """A 64-bit number as etcd's own tools write it; '' for anything else."""
    fits = number.isascii() and number.isdigit() and len(number) <= _DIGITS
    return f"{int(number):x}" if fits else ""

"""Asks the running etcd members for their cluster and its member list."""

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
"""Timeout of an answer. Without a quorum a member does not answer; the hosts' files count then."""
MOST = 50
"""The most members and URLs to read; etcd recommends at most seven members."""
_DIGITS = 20
"""Decimal digits of 2⁶⁴."""
_NAME = 253
_URL = 300
CERTS = ("etcd-ca", "etcd-operator")


async def views(run: Run) -> Mapping[str, EtcdView]:
    """Host → what its member reports. Hosts without an answer are omitted.

    Raises ConnectionLost if the connection to a host broke.
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
            (status, reply), (_, version) = await asyncio.gather(
                etcd.ask(run, host, "POST", "/v3/cluster/member/list"),
                etcd.ask(run, host, "GET", "/version"),
            )
    except TimeoutError:
        return None
    if status != httpx.codes.OK:
        return None
    return view_of(api.parse(reply), text(api.parse(version), "etcdserver"))


def view_of(reply: Mapping[str, object], version: str = "") -> EtcdView | None:
    """Reads an answer of ``/v3/cluster/member/list``; None if it names no cluster."""
    header = block(reply, "header")
    cluster = _hex(text(header, "cluster_id"))
    if not cluster:
        return None
    members = tuple(_member(one) for one in listed(reply, "members")[:MOST])
    return EtcdView(cluster, _hex(text(header, "member_id")), members, version)


def _member(entry: object) -> EtcdMember:
    # Only a member that has joined publishes its client URLs.
    return EtcdMember(
        id=_hex(text(entry, "ID")),
        name=text(entry, "name")[:_NAME],
        peers=tuple(str(url)[:_URL] for url in listed(entry, "peerURLs")[:MOST]),
        started=bool(listed(entry, "clientURLs")),
        learner=block(entry).get("isLearner") is True,
    )


def _hex(number: str) -> str:
    """A 64-bit number as etcd's own tools write it; '' for anything else."""
    fits = number.isascii() and number.isdigit() and len(number) <= _DIGITS
    return f"{int(number):x}" if fits else ""

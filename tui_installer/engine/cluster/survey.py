"""Makes the plan: gathers the facts of all hosts and of the cluster, then compares."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine import guards
from tui_installer.engine.cluster import api, clients, etcd_view, shape
from tui_installer.engine.core.planner import plan
from tui_installer.engine.core.task_group import run_all
from tui_installer.engine.hosts import clones, facts
from tui_installer.engine.hosts.hosts_failed import split
from tui_installer.engine.hosts.query import query
from tui_installer.kubernetes.components import APISERVER
from tui_installer.model.run.events import OPERATOR, HostFound, Level
from tui_installer.model.run.facts import ClusterFacts, HostFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.facts import ObjectKey
    from tui_installer.model.run.plan import Plan
    from tui_installer.model.spec import HostSpec


async def survey(run: Run) -> Plan:
    """Fills the context with facts and returns the plan of the run's operation.

    Raises InstallerError for obstacles.
    """
    ctx, work = run.ctx, run.operation.work
    results = await asyncio.gather(
        *(_host_facts(run, host) for host in ctx.spec.hosts), return_exceptions=True
    )
    split(list(results), len(ctx.spec.hosts))
    ctx.facts = {f.host: f for f in results if isinstance(f, HostFacts)}
    ctx.cluster = await cluster_facts(run)
    for notice in guards.check(ctx):
        run.log(OPERATOR, "guards", notice, Level.WARNING)
    for notice in clones.notices(ctx.facts.values()):
        run.log(OPERATOR, "hosts", notice, Level.WARNING)
    await work.prepare(run)
    work.preflight(ctx, {host.name: work.wants_of(ctx, host) for host in ctx.spec.hosts})
    return plan(ctx, work.pipeline)


async def refresh(run: Run, name: str) -> None:
    """Gathers a host's facts again: after a broken connection they show what was completed."""
    host = run.spec_of(name)
    run.ctx.facts = {**run.ctx.facts, name: await _facts(run, host)}
    # From here on the files' times show whether a unit runs with the present files.
    run.touched[name] = set()


async def _facts(run: Run, host: HostSpec) -> HostFacts:
    wants = run.operation.work.wants_of(run.ctx, host)
    return await facts.gather(run.hosts[host.name], query(run.ctx.spec, wants))


async def _host_facts(run: Run, host: HostSpec) -> HostFacts:
    started = time.monotonic()
    found = await _facts(run, host)
    seconds = round(time.monotonic() - started, 3)
    login = f"{found.login}, {found.root}"
    memory = f"{found.memory_available / 1e9:.1f} of {found.memory_total / 1e9:.1f} GB free"
    about = f"{found.system}, {found.machine}, systemd {found.systemd}, {memory}"
    run.emit(HostFound(host.name, host.address, about, login, seconds))
    return found


async def cluster_facts(run: Run) -> ClusterFacts:
    """What the running API servers and etcd members report; one wave of requests."""
    found, members = await asyncio.gather(_api_facts(run), etcd_view.views(run))
    return replace(found, etcd=members)


async def _api_facts(run: Run) -> ClusterFacts:
    running = [
        name
        for name in (host.name for host in run.ctx.spec.masters)
        if (unit := run.ctx.facts[name].units.get(APISERVER.unit)) and unit.active == "active"
    ]
    if not running or run.ctx.authority.cert(api.OPERATOR_CERT) is None:
        return ClusterFacts()
    await run_all(clients.api_of(run, name) for name in running)
    ready, versions, objects = await asyncio.gather(
        run_all(_ready(run, name) for name in running),
        run_all(_version(run, name) for name in running),
        _objects(run, running[0]),
    )
    answers = dict(ready)
    answering = frozenset(name for name, (status, _) in answers.items() if status)
    texts = {
        name: (text if status else f"no answer: {text}") for name, (status, text) in answers.items()
    }
    known = {name: version for name, version in zip(running, versions, strict=True) if version}
    return ClusterFacts(texts, answering, objects, known)


async def _ready(run: Run, host: str) -> tuple[str, tuple[int, str]]:
    client = await clients.api_of(run, host)
    return host, await client.request("GET", "/readyz?verbose")


async def _version(run: Run, host: str) -> str:
    """The version of the process, which may be older than the file on disk; '' if unknown."""
    client = await clients.api_of(run, host)
    status, reply = await client.request("GET", "/version")
    return shape.text(api.parse(reply), "gitVersion") if status == httpx.codes.OK else ""


async def _objects(run: Run, host: str) -> Mapping[ObjectKey, Mapping[str, object]]:
    """The live objects among those wanted present or absent."""
    wants = run.operation.work.wants_of(run.ctx, None)
    client = await clients.api_of(run, host)
    keys = [*(want.key for want in wants.objects if not want.pending), *wants.absent.objects]
    return await client.objects(keys)

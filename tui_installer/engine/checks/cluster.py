"""Leader leases and the component statuses, asked once of the cluster."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import api, clients
from tui_installer.engine.cluster.shape import block, listed, text
from tui_installer.kubernetes.components import control_plane

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run

LEASE_SECONDS = 60
MOST = 20
"""Component statuses reported; there is one for each controller and each member of etcd."""


async def leases(run: Run) -> list[Check]:
    """The leader leases, each held by a host and renewed within its duration."""
    names = [component.name for component in control_plane(run.ctx.spec) if component.lease]
    client = await clients.api_of(run, run.ctx.spec.first_master.name)
    return list(await asyncio.gather(*(_lease(client, name) for name in names)))


async def _lease(client: api.Api, name: str) -> Check:
    path = f"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{name}"
    end = time.monotonic() + LEASE_SECONDS
    while True:
        spec = block(await client.json(path), "spec")
        holder, age = text(spec, "holderIdentity"), _age(text(spec, "renewTime"))
        held = bool(holder) and age < _duration(spec)
        if held or time.monotonic() > end:
            evidence = f"held by {holder}, renewed {age:.0f} s ago"
            return Check(f"leader {name}", held, evidence if held else "no leader")
        await asyncio.sleep(0.2)


def _age(renewed: str) -> float:
    """Seconds; as long as since 1970 for what is no time."""
    try:
        then = datetime.fromisoformat(renewed).timestamp()
    except (ValueError, OverflowError):
        then = 0.0
    return max(0.0, time.time() - then)


def _duration(spec: dict[str, Any]) -> float:
    seconds = spec.get("leaseDurationSeconds")
    return seconds if isinstance(seconds, int) else 15


async def component_statuses(run: Run) -> list[Check]:
    """What `kubectl get cs` prints, one line a component."""
    client = await clients.api_of(run, run.ctx.spec.first_master.name)
    answer = await client.json("/api/v1/componentstatuses")
    return [_status(item) for item in listed(answer, "items")[:MOST]]


def _status(item: Any) -> Check:
    conditions = listed(item, "conditions")
    healthy = block(next((c for c in conditions if text(c, "type") == "Healthy"), None))
    good = text(healthy, "status") == "True"
    evidence = text(healthy, "message") or text(healthy, "error")
    name = text(item, "metadata", "name")
    return Check(
        f"kubectl get cs: {name[:60]}",
        good,
        f"{'Healthy' if good else 'Unhealthy'} {evidence}"[:160],
    )

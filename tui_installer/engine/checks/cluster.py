"""Leader leases and the component statuses, asked once of the cluster."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tui_installer.engine import api
from tui_installer.engine.checks.result import Check
from tui_installer.kubernetes import readiness

if TYPE_CHECKING:
    from tui_installer.engine.run import Run

LEASE_SECONDS = 60


async def leases(run: Run) -> list[Check]:
    """Both leader leases, held by someone and renewed within their duration."""
    client = await api.api_of(run, run.ctx.spec.hosts[0].name)
    return list(await asyncio.gather(*(_lease(client, name) for name in readiness.LEASES)))


async def _lease(client: api.Api, name: str) -> Check:
    path = f"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{name}"
    end = time.monotonic() + LEASE_SECONDS
    while True:
        lease = await client.json(path)
        spec: dict[str, Any] = (lease or {}).get("spec", {})
        held = bool(spec.get("holderIdentity")) and _age(spec) < spec.get(
            "leaseDurationSeconds", 15
        )
        if held or time.monotonic() > end:
            told = f"held by {spec['holderIdentity']}, renewed {_age(spec):.0f} s ago"
            return Check(f"leader {name}", held, told if held else "no one leads")
        await asyncio.sleep(0.2)


def _age(spec: dict[str, Any]) -> float:
    renewed = str(spec.get("renewTime", "1970-01-01T00:00:00Z"))
    return max(0.0, time.time() - datetime.fromisoformat(renewed).timestamp())


async def component_statuses(run: Run) -> list[Check]:
    """What `kubectl get cs` prints, one line a component."""
    client = await api.api_of(run, run.ctx.spec.hosts[0].name)
    answer = await client.json("/api/v1/componentstatuses") or {}
    return [_status(item) for item in answer.get("items", [])]


def _status(item: dict[str, Any]) -> Check:
    condition: dict[str, Any] = next(
        (c for c in item.get("conditions", []) if c.get("type") == "Healthy"), {}
    )
    healthy = condition.get("status") == "True"
    word = "Healthy" if healthy else "Unhealthy"
    told = condition.get("message") or condition.get("error") or ""
    return Check(f"kubectl get cs: {item['metadata']['name']}", healthy, f"{word} {told}"[:160])

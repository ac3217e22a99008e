"""Leader leases, the bootstrap token and the component statuses, asked once of the cluster."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tui_installer.engine import api
from tui_installer.engine.checks.result import Check
from tui_installer.kubernetes import readiness
from tui_installer.model.secret import Secret
from tui_installer.model.spec import APISERVER_PORT

if TYPE_CHECKING:
    from tui_installer.engine.run import Run

LEASE_SECONDS = 60
TOKEN_SECONDS = 20
REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


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


async def tokens(run: Run) -> list[Check]:
    """Who the API server says a node is that joins with each token."""
    authority, found = run.ctx.authority, []
    stored = authority.bootstrap
    if run.ctx.spec.token.has_secret and stored is not None:
        if stored.expires and stored.expires <= time.time():
            told = time.strftime("expired at %Y-%m-%d %H:%M UTC", time.gmtime(stored.expires))
            found.append(Check("bootstrap token", ok=True, evidence=told))
        else:
            value = f"{stored.token.id}.{stored.token.secret.reveal().decode()}"
            found.append(await _token(run, "bootstrap token", Secret(value), stored.expires))
    if run.ctx.spec.token.has_csv and authority.csv_token is not None:
        found.append(await _token(run, "token.csv", authority.csv_token, 0))
    return found


async def _token(run: Run, name: str, token: Secret, expires: int) -> Check:
    host = run.hosts[run.ctx.spec.hosts[0].name]
    socket = await host.forward("127.0.0.1", APISERVER_PORT)
    client = api.Api(socket, api.tls(run.ctx.authority.folder, "ca", None), host, token)
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    end = time.monotonic() + TOKEN_SECONDS
    try:
        while True:
            status, text = await client.request("POST", REVIEW, body)
            if status in (200, 201) or time.monotonic() > end:
                break
            await asyncio.sleep(0.2)
    finally:
        await client.close()
    return _token_check(name, status, text, expires)


def _token_check(name: str, status: int, text: str, expires: int) -> Check:
    if status not in (200, 201):
        return Check(name, ok=False, evidence=f"refused: {status or 'no answer'} {text[:160]}")
    user = api.parse(text).get("status", {}).get("userInfo", {})
    groups = [g for g in user.get("groups", []) if g != "system:authenticated"]
    until = time.strftime(", until %Y-%m-%d %H:%M UTC", time.gmtime(expires)) if expires else ""
    good = any("bootstrap" in g for g in groups)
    return Check(name, good, f"accepted as {user.get('username')} in {', '.join(groups)}{until}")


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

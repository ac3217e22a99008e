"""Health and members of stacked etcd, by its JSON gateway and the operator's certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tui_installer.engine import api
from tui_installer.engine.checks.result import Check
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from tui_installer.engine.run import Run


async def health(run: Run, host: str) -> list[Check]:
    """The member's own health; nothing for an external etcd, which /readyz speaks for."""
    if run.ctx.spec.etcd.mode is not EtcdMode.STACKED:
        return []
    status, text = await _ask(run, host, "GET", "/health")
    return [Check("etcd /health", status == httpx.codes.OK and '"true"' in text, text[:120])]


async def members(run: Run) -> list[Check]:
    """The member list as the first master's member has it."""
    spec = run.ctx.spec
    if spec.etcd.mode is not EtcdMode.STACKED:
        return []
    status, text = await _ask(run, spec.hosts[0].name, "POST", "/v3/cluster/member/list")
    if status != httpx.codes.OK:
        return [Check("etcd members", ok=False, evidence=f"{status or 'no answer'}: {text[:200]}")]
    found = {
        str(m.get("name", "")): (m.get("clientURLs") or ["not started"])[0]
        for m in api.parse(text).get("members", [])
    }
    told = ", ".join(f"{name} {url}" for name, url in sorted(found.items()))
    return [Check("etcd members", set(found) == {host.name for host in spec.hosts}, told)]


async def _ask(run: Run, host: str, method: str, path: str) -> tuple[int, str]:
    socket = await run.hosts[host].forward("127.0.0.1", 2379)
    context = api.tls(run.ctx.authority.folder, "etcd-ca", "etcd-operator")
    async with httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(socket), verify=context),
        timeout=15,
        trust_env=False,
    ) as client:
        try:
            reply = await client.request(
                method, f"https://127.0.0.1:2379{path}", content=b"{}" if method == "POST" else None
            )
        except (httpx.HTTPError, OSError) as error:
            return 0, str(error) or type(error).__name__
        return reply.status_code, api.text_of(reply)

"""Units, /livez, /readyz and /healthz of one host."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine import api, facts, units
from tui_installer.engine.checks.result import Check
from tui_installer.engine.facts import Query
from tui_installer.kubernetes import Component, readiness
from tui_installer.kubernetes.component import CONTROLLERS
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from tui_installer.engine.run import Run
    from tui_installer.model.facts import UnitFact
    from tui_installer.model.spec import Spec

HEALTHZ_SECONDS = 30


def unit_names(spec: Spec) -> tuple[str, ...]:
    """Every unit that runs on a master."""
    etcd = (Component.ETCD,) if spec.etcd.mode is EtcdMode.STACKED else ()
    return tuple(f"{c}.service" for c in (*etcd, Component.APISERVER, *CONTROLLERS))


async def units_active(run: Run, host: str) -> list[Check]:
    """Waits until the units run; a unit that keeps falling is an error with its card."""
    names = unit_names(run.ctx.spec)
    await units.wait(run, host, "verify", *names)
    query = Query(manifest=run.ctx.spec.layout.cfg("tui-installer.manifest"), units=names)
    found = await facts.gather(run.hosts[host], query)
    return [unit_check(name, found.units[name]) for name in names]


def unit_check(name: str, fact: UnitFact) -> Check:
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(fact.started))
    falls = f", restarted {fact.restarts} times" if fact.restarts else ""
    told = f"{fact.active} ({fact.sub}) since {since} UTC, {fact.enabled}{falls}"
    return Check(f"unit {name}", fact.active == "active" and fact.enabled == "enabled", told)


async def apiserver_health(run: Run, host: str) -> list[Check]:
    """/livez and /readyz?verbose, asked on the host's own loopback."""
    await api.wait_ready(run, host, "verify")
    client = await api.api_of(run, host)
    return [
        ready_check(path, *await client.request("GET", f"{path}?verbose"))
        for path in ("/livez", "/readyz")
    ]


def ready_check(path: str, status: int, text: str) -> Check:
    lines = [line for line in text.splitlines() if line.startswith("[")]
    failing = [line for line in lines if not line.startswith("[+]")]
    told = "; ".join(failing) or f"{len(lines)} checks ok: " + ", ".join(
        line[3:].removesuffix(" ok") for line in lines
    )
    return Check(
        path,
        status == httpx.codes.OK and not failing,
        told if lines else f"{status or 'no answer'}: {text[:200]}",
    )


async def controllers_health(run: Run, host: str) -> list[Check]:
    """/healthz of the two controllers on their own secure ports."""
    return list(await asyncio.gather(*(_healthz(run, host, c) for c in CONTROLLERS)))


async def _healthz(run: Run, host: str, component: Component) -> Check:
    port = readiness.PORTS[component][0]
    socket = await run.hosts[host].forward("127.0.0.1", port)
    context = api.tls(run.ctx.authority.folder, "ca", None)
    end = time.monotonic() + HEALTHZ_SECONDS
    async with httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(socket), verify=context),
        timeout=10,
        trust_env=False,
    ) as client:
        while True:
            try:
                reply = await client.get(f"https://127.0.0.1:{port}/healthz")
                told, good = f"{reply.status_code} {api.text_of(reply)[:80]}", reply.is_success
            except (httpx.HTTPError, OSError) as error:
                told, good = str(error) or type(error).__name__, False
            if good or time.monotonic() > end:
                return Check(f"{component} :{port}/healthz", good, told)
            await asyncio.sleep(0.2)

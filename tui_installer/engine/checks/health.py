"""Units, /livez and /readyz of one host."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import clients
from tui_installer.engine.hosts import units
from tui_installer.engine.hosts.crash_loops import RestartWatch
from tui_installer.kubernetes.components import control_plane

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.facts import UnitFact
    from tui_installer.model.spec import Spec


def unit_names(spec: Spec) -> tuple[str, ...]:
    """Every unit that runs on a master."""
    return tuple(component.unit for component in control_plane(spec))


async def units_active(run: Run, host: str) -> list[Check]:
    """Waits until the units run; a unit in a crash loop is an error with its card."""
    names = unit_names(run.ctx.spec)
    restarts = RestartWatch(run, host, "verify")
    while True:
        await units.wait(run, host, "verify", *names)
        found = await restarts.check(*names)
        if all(found[name].active == "active" for name in names):
            return [unit_check(name, found[name]) for name in names]
        await asyncio.sleep(0.5)


def unit_check(name: str, fact: UnitFact) -> Check:
    since = time.strftime(" since %Y-%m-%d %H:%M:%S UTC", time.gmtime(fact.started))
    falls = f", restarted {fact.restarts} times" if fact.restarts else ""
    evidence = f"{fact.active} ({fact.sub}){since if fact.started else ''}, {fact.enabled}{falls}"
    return Check(f"unit {name}", fact.active == "active" and fact.enabled == "enabled", evidence)


async def apiserver_health(run: Run, host: str) -> list[Check]:
    """/livez and /readyz?verbose, asked on the host's own loopback."""
    await clients.wait_ready(run, host, "verify")
    client = await clients.api_of(run, host)
    return [
        ready_check(path, *await client.request("GET", f"{path}?verbose"))
        for path in ("/livez", "/readyz")
    ]


def ready_check(path: str, status: int, text: str) -> Check:
    lines = [line for line in text.splitlines() if line.startswith("[")]
    failing = [line for line in lines if not line.startswith("[+]")]
    evidence = "; ".join(failing) or f"{len(lines)} checks ok: " + ", ".join(
        line[3:].removesuffix(" ok") for line in lines
    )
    return Check(
        path,
        status == httpx.codes.OK and not failing,
        evidence if lines else f"{status or 'no answer'}: {text[:200]}",
    )

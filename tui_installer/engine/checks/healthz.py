"""/healthz of the two controllers on their own secure ports."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import api
from tui_installer.engine.cluster.reply import ask
from tui_installer.engine.core.task_group import run_all
from tui_installer.engine.hosts.crash_loops import RestartWatch
from tui_installer.kubernetes.components import CONTROLLERS

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run
    from tui_installer.kubernetes.components import Component

SECONDS = 30
"""How long a controller may take to serve, once its unit runs."""


async def controllers_health(run: Run, host: str, step: str = "verify") -> list[Check]:
    """Both, side by side. Raises InstallerError with the card of a unit in a crash loop."""
    return await run_all(_healthz(run, host, component, step) for component in CONTROLLERS)


async def _healthz(run: Run, host: str, component: Component, step: str) -> Check:
    poll = asyncio.create_task(_poll(run, host, component))
    watch = asyncio.create_task(RestartWatch(run, host, step).watch(component.unit))
    try:
        await asyncio.wait((poll, watch), return_when=asyncio.FIRST_COMPLETED)
        if not poll.done():
            watch.result()
        return await poll
    finally:
        poll.cancel()
        watch.cancel()
        await asyncio.gather(poll, watch, return_exceptions=True)


async def _poll(run: Run, host: str, component: Component) -> Check:
    port, page = component.ports[0].number, component.health
    socket = await run.hosts[host].forward("127.0.0.1", port)
    context = api.tls(run.ctx.authority.folder, "ca", None)
    end = time.monotonic() + SECONDS
    async with httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(socket), verify=context),
        timeout=10,
        trust_env=False,
    ) as client:
        while True:
            good, evidence = await _ask(client, f"https://127.0.0.1:{port}{page}")
            if good or time.monotonic() > end:
                return Check(f"{component} :{port}{page}", good, evidence)
            await asyncio.sleep(0.2)


async def _ask(client: httpx.AsyncClient, url: str) -> tuple[bool, str]:
    status, text = await ask(client, "GET", url)
    return httpx.codes.is_success(status), f"{status} {text[:80]}" if status else text

"""The API servers of a run's hosts, one client each."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.cluster.api import OPERATOR_CERT, Api, tls
from tui_installer.errors import InstallerError
from tui_installer.model.run.events import Level
from tui_installer.model.spec import APISERVER_PORT

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run


READY_SECONDS = 120


async def api_of(run: Run, host: str) -> Api:
    """The API server of a host, with the operator's certificate; one client a host and run."""
    if host not in run.apis:
        socket = await run.hosts[host].forward("127.0.0.1", APISERVER_PORT)
        context = tls(run.ctx.authority.folder, "ca", OPERATOR_CERT)
        run.apis[host] = Api(socket, context, run.hosts[host])
    return run.apis[host]


async def wait_ready(run: Run, host: str, step: str) -> None:
    """Waits until /readyz returns 200. Raises InstallerError with the checks that do not pass."""
    api = await api_of(run, host)
    end = time.monotonic() + READY_SECONDS
    logged = ""
    while True:
        status, text = await api.request("GET", "/readyz?verbose")
        if status == httpx.codes.OK:
            return
        missing = " ".join(line for line in text.splitlines() if not line.startswith("[+]"))
        if missing != logged:
            logged = missing
            run.log(host, step, f"waiting for /readyz: {missing[:200]}", Level.DEBUG)
        if time.monotonic() > end:
            raise InstallerError(
                f"the API server on {host} is not ready after {READY_SECONDS} s",
                details=tuple(text.splitlines()[-12:]),
                hint=f"on {host}: journalctl -u kube-apiserver -n 50",
                host=host,
                step=step,
            )
        await asyncio.sleep(0.2)

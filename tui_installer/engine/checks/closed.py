"""Checks of the hardening: anonymous requests are refused, the audit log is written."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import api, clients
from tui_installer.engine.hosts.facts import script
from tui_installer.kubernetes import audit, options
from tui_installer.kubernetes.components import APISERVER
from tui_installer.model.spec import APISERVER_PORT

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run
    from tui_installer.remote.host import Completed

ANONYMOUS = "/version"
"""A page that anyone may read where requests without credentials are answered at all."""
WRITTEN_SECONDS = 10
CLOSED_MODES = ("600", "400")
_STAT = re.compile(r"([0-7]{1,4}) (\S{1,70}) ([0-9]{1,18})\n")
"""As audit_log.sh prints it."""


def flags(run: Run, host: str) -> dict[str, str]:
    """Of the API server on that host, the operator's own among them."""
    return dict(options(APISERVER, run.ctx.spec, run.spec_of(host)))


async def anonymous(run: Run, host: str) -> list[Check]:
    """A request without credentials is refused by 401; nothing where they are allowed."""
    if flags(run, host).get("anonymous-auth") != "false":
        return []
    through = run.hosts[host]
    socket = await through.forward("127.0.0.1", APISERVER_PORT)
    client = api.Api(socket, api.tls(run.ctx.authority.folder, "ca", None), through)
    try:
        status, text = await client.request("GET", ANONYMOUS)
    finally:
        await client.close()
    return [anonymous_check(status, text)]


def anonymous_check(status: int, text: str) -> Check:
    evidence = f"GET {ANONYMOUS} without a certificate: {status or f'no answer: {text[:120]}'}"
    return Check("anonymous requests", status == httpx.codes.UNAUTHORIZED, evidence)


async def audit_log(run: Run, host: str) -> list[Check]:
    """A request made for it is in the log; under an own policy the log must only be there."""
    found = flags(run, host)
    path, policy = found.get("audit-log-path", ""), found.get("audit-policy-file", "")
    log = run.ctx.spec.security.audit
    if not path.startswith("/") or not policy:
        return []
    ours = log is not None and not log.policy_file and policy == run.ctx.spec.layout.cfg(audit.FILE)
    mark = f"audited-{secrets.token_hex(8)}" if ours else ""
    end = time.monotonic() + WRITTEN_SECONDS
    while True:
        if mark:
            await (await clients.api_of(run, host)).request("GET", f"/api/v1/namespaces/{mark}")
        done = await run.hosts[host].run(script("audit_log.sh"), path, mark)
        if done.status == 0 or time.monotonic() > end:
            return [audit_check(path, done, marked=bool(mark))]
        await asyncio.sleep(0.2)


def audit_check(path: str, done: Completed, *, marked: bool) -> Check:
    """The log is of the API server's user alone: others could read who did what."""
    name, found = "audit log", _STAT.fullmatch(done.text)
    if found is None:
        return Check(name, ok=False, evidence=f"{path} is not there")
    mode, owner, size = found.groups()
    evidence = f"{path}, {mode} {owner}, {size} bytes"
    if done.status:
        return Check(name, ok=False, evidence=f"{evidence}: a request made for it is not in it")
    written = ", has a request made for it" if marked else ""
    return Check(name, mode in CLOSED_MODES and int(size) > 0, evidence + written)

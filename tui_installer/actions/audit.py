"""Audit: checks hosts against the controls of a benchmark; the hosts are only read."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

from tui_installer.engine.audit.evaluate import evaluate
from tui_installer.engine.audit.gather import gather
from tui_installer.engine.hosts.fleet import fleet
from tui_installer.engine.hosts.hosts_failed import HostsFailed, split
from tui_installer.engine.hosts.logins import settled_spec
from tui_installer.errors import UsageError
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.store import paths

if TYPE_CHECKING:
    from tui_installer.engine.audit.host import HostAudit
    from tui_installer.model.audit import Audit
    from tui_installer.model.spec import HostSpec, Spec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.host import Host


async def audit(
    spec: Spec, credentials: Credentials, *, accept_new: bool = False, by_address: bool = False
) -> Audit:
    """Audits the masters of a spec. by_address: the result names them by their addresses.

    Raises HostsFailed, or the error itself if there is only one; UsageError if no control plane
    runs there.
    """
    spec = await settled_spec(spec, credentials.environ)
    policy = HostKeyPolicy(own=paths.own_known_hosts(), accept_new=accept_new)
    try:
        found = await _gathered(spec, credentials, policy)
    except HostsFailed as failed:
        raise (failed.parts[0] if len(failed.parts) == 1 else failed) from None
    if not any(host.programs for host in found):
        raise UsageError(
            "no program of a control plane runs on these hosts: there is nothing to audit",
            hint="name the masters and the etcd hosts; start their stopped units",
        )
    if by_address:
        pairs = zip(found, spec.masters, strict=True)
        found = [dataclasses.replace(one, host=_place(host)) for one, host in pairs]
    return await asyncio.to_thread(evaluate, found)


def _place(host: HostSpec) -> str:
    return f"{host.address}:{host.ssh.port}" if host.ssh.port != SSH_PORT else host.address


SSH_PORT = 22


async def _gathered(spec: Spec, credentials: Credentials, policy: HostKeyPolicy) -> list[HostAudit]:
    async with fleet(spec, credentials, policy, lambda *_: None) as connected:
        hosts: list[Host] = [connected.hosts[host.name] for host in spec.masters]
        results = await asyncio.gather(*map(gather, hosts), return_exceptions=True)
        split(list(results), len(hosts))
        return [one for one in results if not isinstance(one, BaseException)]

"""The logins of all hosts of a spec, settled with ssh_config(5)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_installer.engine.hosts.hosts_failed import split
from tui_installer.remote.logins import settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.spec import HostSpec, Spec


async def settled_spec(spec: Spec, environ: Mapping[str, str]) -> Spec:
    """The spec with settled logins. Raises HostsFailed, or the error itself if there is one."""
    jobs = (settled(host, environ) for host in spec.hosts)
    results = await asyncio.gather(*jobs, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    if len(errors) == 1:
        raise errors[0]
    split(list(results), len(spec.hosts))
    hosts: list[HostSpec] = [one for one in results if not isinstance(one, BaseException)]
    return replace(spec, hosts=tuple(hosts))

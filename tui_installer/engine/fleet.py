"""The connections to all hosts, opened side by side, closed together."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.remote.ssh import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui_installer.model.spec import Spec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.host import Host
    from tui_installer.remote.host_keys import HostKeyPolicy


class HostsFailed(InstallerError):
    """One error a host; its exit code is the worst of theirs."""

    def __init__(self, errors: list[InstallerError], of: int) -> None:
        super().__init__(
            f"{len(errors)} of {of} hosts cannot be worked with; nothing was changed",
            details=tuple(f"{error.host}: {error.message}" for error in errors),
            step="connect",
        )
        self.errors = tuple(errors)
        self.code = max(error.code for error in errors)


def split(results: list[object], of: int) -> None:
    """Raises HostsFailed for the InstallerErrors among the results, and anything else as it is."""
    errors = [result for result in results if isinstance(result, BaseException)]
    ours = [error for error in errors if isinstance(error, InstallerError)]
    for error in errors:
        if not isinstance(error, InstallerError):
            raise error
    if ours:
        raise HostsFailed(ours, of)


@contextlib.asynccontextmanager
async def fleet(
    spec: Spec, credentials: Credentials, host_keys: HostKeyPolicy
) -> AsyncIterator[dict[str, Host]]:
    """host name → connection. Raises HostsFailed with every host that cannot be reached."""
    hosts: dict[str, Host] = {}

    async def open_one(index: int) -> None:
        host = spec.hosts[index]
        try:
            hosts[host.name] = await connect(host, credentials=credentials, host_keys=host_keys)
        except ConnectionFailed as error:
            error.host = error.host or host.name
            raise

    try:
        jobs = [open_one(index) for index in range(len(spec.hosts))]
        results: list[object] = list(await asyncio.gather(*jobs, return_exceptions=True))
        split(results, len(spec.hosts))
        yield hosts
    finally:
        await asyncio.gather(*(host.close() for host in hosts.values()), return_exceptions=True)

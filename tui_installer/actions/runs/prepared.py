"""Everything that a run needs before it gathers facts: keys, connections, locks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING

from tui_installer.actions.runs import last_logins
from tui_installer.actions.runs.ca_keys import unlock
from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.core.context import Context
from tui_installer.engine.core.run import Run
from tui_installer.engine.hosts.fleet import fleet
from tui_installer.engine.hosts.logins import settled_spec
from tui_installer.engine.operations.install import binaries
from tui_installer.model.run.events import Level, LogLine
from tui_installer.release import environment
from tui_installer.release.cache import Cache
from tui_installer.remote.credentials import Credentials
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.store import paths

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tui_installer.actions.runs.run_options import Options
    from tui_installer.engine.core.operation import Operation
    from tui_installer.engine.hosts.host_lock import Claim
    from tui_installer.model.run.events import Event
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


@contextlib.asynccontextmanager
async def prepared(
    operation: Operation,
    spec: Spec,
    session: SessionFolder,
    options: Options,
    emit: Callable[[Event], None],
    claim: Claim | None = None,
) -> AsyncIterator[Run]:
    """Yields a run connected to every host; with a claim, it has locked every host.

    Raises InstallerError.
    """
    if any(step.name == binaries.NAME for step in operation.work.pipeline):
        await asyncio.to_thread(environment.check, (spec.source, spec.etcd.source))
    now = time.time()
    credentials = options.credentials or Credentials(options.ask)
    spec = await settled_spec(spec, credentials.environ)
    for host, text in await asyncio.to_thread(lambda: tuple(last_logins.changes(session, spec))):
        emit(LogLine(host, "connect", Level.WARNING, text))
    authority = await asyncio.to_thread(
        Authority.load, spec, session, now, new_token=options.new_token
    )
    policy = HostKeyPolicy(own=paths.own_known_hosts(), accept_new=options.accept_new_host_keys)

    def notice(host: str, step: str, text: str) -> None:
        emit(LogLine(host, step, Level.WARNING, text))

    async with fleet(spec, credentials, policy, notice) as connected:
        if claim is not None:
            await connected.lock(claim)
        ctx = Context(spec, authority, now)
        run = Run(
            ctx,
            connected.hosts,
            emit,
            Cache(paths.cache_root()),
            operation,
            reconnect=connected.reconnect,
        )
        run.secret = credentials.resolve
        run.unlock = partial(unlock, authority, credentials, options.passphrase)
        try:
            yield run
        finally:
            for client in run.apis.values():
                await client.close()

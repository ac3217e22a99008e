"""An operation of one step, and a run of it as the engine runs an install."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.cluster.survey import survey
from tui_installer.engine.core.context import Context
from tui_installer.engine.core.operation import Operation, Work
from tui_installer.engine.core.run import Run
from tui_installer.release.cache import Cache
from tui_installer.remote.credentials import Credentials
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.remote.ssh import connect
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from engine_samples import Log

    from tui_installer.engine.core.step import Step
    from tui_installer.model.run.plan import Plan
    from tui_installer.model.spec import Spec


async def nothing(run: Run) -> None:
    """No preparation is needed."""


@asynccontextmanager
async def surveyed(
    step: Step, spec: Spec, session: Path, known_hosts: Path, log: Log, *also: Step
) -> AsyncIterator[tuple[Run, Plan]]:
    """Connected to the first master, with its facts and the plan of the step.

    also: steps whose wants the facts are about besides.
    """
    work = Work((step,), (step, *also), prepare=nothing, preflight=lambda *_: None)
    operation = Operation("small", "A small operation", lambda: work, restarts="nothing")
    authority = Authority.load(spec, SessionFolder(session), time.time())
    keys = HostKeyPolicy(session / "new_keys", files=(known_hosts,))
    host = await connect(spec.first_master, credentials=Credentials(None), host_keys=keys)
    ctx, cache = Context(spec, authority, time.time()), Cache(session / "cache")
    run = Run(ctx, {host.spec.name: host}, log, cache, operation)
    try:
        yield run, await survey(run)
    finally:
        for client in run.apis.values():
            await client.close()
        await host.close()

"""Carries out a step across broken connections: reconnects, gathers facts again, retries."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import survey
from tui_installer.errors import ConnectionFailed, ConnectionLost
from tui_installer.model.run.events import Level

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.step import Step
    from tui_installer.model.run.plan import PlanItem

PAUSE = 0.5
"""Seconds."""
MOST = 20
"""Broken connections after which a step is given up: something on the host prevents it."""


async def carry_out(run: Run, step: Step, place: str) -> PlanItem:
    """Runs a step; retries it with new facts after each broken connection.

    Nothing is done twice: the new facts contain what a script did before it was cut off, and
    systemd finishes the starts it was given. Raises what the step raises.
    """
    for _ in range(MOST):
        try:
            return await step.run(run, place)
        except ConnectionLost as error:
            await _wait_for(run, error.host or place, step.name, error)
    return await step.run(run, place)


async def _wait_for(run: Run, host: str, step: str, error: ConnectionLost) -> None:
    """Waits for a lost host. Raises the given error if it does not come back."""
    if run.reconnect is None or host not in run.hosts:
        raise error
    run.lost.add(host)
    async with run.returning[host]:
        started = time.monotonic()
        run.log(host, step, f"{error.message.split(';')[0]}; reconnecting", Level.WARNING)
        try:
            await _reconnect(run, host)
        except ConnectionFailed as last:
            waited = time.monotonic() - started
            error.details = (*error.details, f"for {waited:.0f} s: {last.message}", *last.details)
            run.halt(host)
            raise error from None
        finally:
            run.lost.discard(host)
        waited = time.monotonic() - started
        run.log(host, step, f"reconnected after {waited:.1f} s", Level.WARNING)


async def _reconnect(run: Run, host: str) -> None:
    assert run.reconnect is not None  # noqa: S101 - the caller has checked
    while True:
        # Still connected: another step has reconnected it, or only a script was killed.
        if run.hosts[host].connected:
            await asyncio.sleep(PAUSE)
        else:
            if client := run.apis.pop(host, None):
                await client.close()
            await run.reconnect(host)
        try:
            await survey.refresh(run, host)
        except ConnectionLost:
            continue
        return

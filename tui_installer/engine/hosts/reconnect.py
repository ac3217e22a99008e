"""A step is carried out also where the connection breaks: the host is asked again what is done."""

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

A_WHILE = 0.5
"""Seconds."""
MOST = 20
"""Breaks of one step after which it is given up: something there does not let it be done."""


async def carry_out(run: Run, step: Step, place: str) -> PlanItem:
    """Runs a step, again after each break of the connection, from what the facts then are.

    Nothing is done twice: what a script did before it was cut off is in the new facts, and what
    systemd was told to start goes on by itself. Raises what the step raises.
    """
    for _ in range(MOST):
        try:
            return await step.run(run, place)
        except ConnectionLost as error:
            await _come_back(run, error.host or place, step.name, error)
    return await step.run(run, place)


async def _come_back(run: Run, host: str, step: str, error: ConnectionLost) -> None:
    """Raises the error that there was where the host does not come back."""
    if run.renew is None or host not in run.hosts:
        raise error
    run.lost.add(host)
    async with run.returning[host]:
        began = time.monotonic()
        run.log(host, step, f"{error.message.split(';')[0]}; connecting again", Level.WARNING)
        try:
            await _renewed(run, host)
        except ConnectionFailed as last:
            waited = time.monotonic() - began
            error.details = (*error.details, f"for {waited:.0f} s: {last.message}", *last.details)
            run.halt(host)
            raise error from None
        finally:
            run.lost.discard(host)
        waited = time.monotonic() - began
        run.log(host, step, f"connected again after {waited:.1f} s", Level.WARNING)


async def _renewed(run: Run, host: str) -> None:
    assert run.renew is not None  # noqa: S101 - the caller has looked
    while True:
        # Connected still: another step has done it, or only a script was ended.
        if run.hosts[host].connected:
            await asyncio.sleep(A_WHILE)
        else:
            if client := run.apis.pop(host, None):
                await client.close()
            await run.renew(host)
        try:
            await survey.look_again(run, host)
        except ConnectionLost:
            continue
        return

"""Examines everything about the operator machine that no front end knows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.actions.doctor import folders, logins, machine, network

if TYPE_CHECKING:
    from tui_installer.actions.doctor.finding import Finding


async def machine_findings() -> tuple[Finding, ...]:
    """Returns all findings; connects to no host and no site."""
    ours = await asyncio.to_thread(lambda: tuple(machine.findings()))
    keys = tuple([one async for one in logins.findings()])
    rest = await asyncio.to_thread(lambda: (*folders.findings(), *network.findings()))
    return (*ours, *keys, *rest)

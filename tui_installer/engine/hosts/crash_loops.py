"""Units that start and fall, again and again: between two falls each looks as if it ran."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.engine.hosts import facts
from tui_installer.engine.hosts.diagnose import unit_failure
from tui_installer.engine.hosts.facts import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.facts import UnitFact

MOST = 3
"""So often may a unit fall: the controller manager does, once, if RBAC is not ready for it."""
PAUSE = 1.0
"""Seconds between two looks."""


class Falls:
    """Counts the falls of a host's units from the first look on."""

    def __init__(self, run: Run, host: str, step: str) -> None:
        self._run, self._host, self._step = run, host, step
        self._first: dict[str, int] = {}

    async def look(self, *names: str) -> Mapping[str, UnitFact]:
        """The units now. Raises InstallerError with the card of one that has fallen too often."""
        manifest = self._run.ctx.spec.layout.cfg("tui-installer.manifest")
        query = Query(manifest=manifest, units=names)
        found = (await facts.gather(self._run.hosts[self._host], query)).units
        for name in names:
            fact = found[name]
            if fact.restarts - self._first.setdefault(name, fact.restarts) >= MOST:
                state = f"{fact.active} ({fact.sub}), fallen {fact.restarts} times"
                raise await unit_failure(self._run, self._host, self._step, name, state)
        return found

    async def watch(self, *names: str) -> None:
        """Looks until one has fallen too often, and raises as `look` does."""
        while True:
            await asyncio.sleep(PAUSE)
            await self.look(*names)

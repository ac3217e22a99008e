"""Finds units in a crash loop: between two restarts such a unit looks as if it ran."""

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
"""Restarts that make a crash loop: the controller manager restarts once if RBAC is not ready."""
PAUSE = 1.0
"""Seconds between two checks."""


class RestartWatch:
    """Counts the restarts of a host's units from its first check on."""

    def __init__(self, run: Run, host: str, step: str) -> None:
        self._run, self._host, self._step = run, host, step
        self._first: dict[str, int] = {}

    async def check(self, *names: str) -> Mapping[str, UnitFact]:
        """The units' present state. Raises InstallerError for a unit in a crash loop."""
        manifest = self._run.ctx.spec.layout.cfg("tui-installer.manifest")
        query = Query(manifest=manifest, units=names)
        found = (await facts.gather(self._run.hosts[self._host], query)).units
        for name in names:
            fact = found[name]
            if fact.restarts - self._first.setdefault(name, fact.restarts) >= MOST:
                state = f"{fact.active} ({fact.sub}), restarted {fact.restarts} times"
                raise await unit_failure(self._run, self._host, self._step, name, state)
        return found

    async def watch(self, *names: str) -> None:
        """Checks until a unit is in a crash loop; raises then as `check` does."""
        while True:
            await asyncio.sleep(PAUSE)
            await self.check(*names)

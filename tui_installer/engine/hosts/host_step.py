"""A step that brings each host of a role to its wants: files, units, users, folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.core import planner
from tui_installer.engine.core.step import NOTHING
from tui_installer.engine.hosts import deliver, owners, units
from tui_installer.engine.hosts.deliver import Removal
from tui_installer.model.run.events import Level
from tui_installer.model.run.plan import ChangeKind
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.planner import Touched
    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.wants import Wants
    from tui_installer.model.run.plan import Change, PlanItem
    from tui_installer.model.spec import HostSpec

    Declare = Callable[[Context, HostSpec], Wants]
    Wait = Callable[[Run, str], Awaitable[None]]

IN_TURN = ("restart", "stop")
"""Verbs that interrupt a unit's service: carried out on one host of a role at a time."""


@dataclass(frozen=True, slots=True)
class HostStep:
    """Brings the hosts of a role to what `declare` wants of each.

    before: waits for what must be true first; called only if there is something to do.
    ready: waits until a restarted unit is ready, before the next host's turn.
    """

    name: str
    title: str
    declare: Declare
    before: Wait | None = None
    ready: Wait | None = None
    barrier: bool = False
    role: Role = Role.CONTROL_PLANE
    once: bool = False

    def places(self, ctx: Context) -> tuple[str, ...]:
        return tuple(host.name for host in ctx.spec.with_role(self.role))

    def wants(self, ctx: Context, host: HostSpec | None) -> Wants:
        if host is None or self.role not in host.roles:
            return NOTHING
        return self.declare(ctx, host)

    def plan(self, ctx: Context, touched: Touched) -> Iterator[PlanItem]:
        for host in ctx.spec.with_role(self.role):
            wants = self.wants(ctx, host)
            if wants != NOTHING:
                yield planner.host_item(self.name, wants, ctx.facts[host.name], touched[host.name])

    async def run(self, run: Run, host: str) -> PlanItem:
        wants = self.wants(run.ctx, run.spec_of(host))
        touched = run.touched.setdefault(host, set())
        item = planner.host_item(self.name, wants, run.ctx.facts[host], touched)
        for left in item.left:
            run.log(
                host, self.name, f"{left.target} is left in place: {left.summary}", Level.WARNING
            )
        if not item.changes:
            return item
        if self.before is not None:
            await self.before(run, host)
        if any(change.verb in IN_TURN for change in item.changes):
            async with run.turns[self.role].of(host, "not restarted"):
                await run.all_connected()
                await self._apply(run, host, wants, item.changes)
                if self.ready is not None:
                    await self.ready(run, host)
        else:
            await self._apply(run, host, wants, item.changes)
        return item

    async def _apply(self, run: Run, host: str, wants: Wants, changes: tuple[Change, ...]) -> None:
        paths = {change.target for change in changes if change.kind is ChangeKind.FILE}
        there = run.ctx.facts[host].files
        gone = [
            Removal(f.path, there[f.path].sha256 if f.path in there else "")
            for f in wants.absent.files
            if f.path in paths
        ]
        first = [change for change in changes if change.verb in units.FIRST]
        await units.apply(run, host, self.name, first)
        await owners.make(run, host, self.name, changes)
        files = [f for f in wants.files if f.path in paths]
        await deliver.deliver(run, host, self.name, files, gone)
        await owners.fill(run, host, self.name, wants.folders, changes)
        await units.apply(run, host, self.name, [c for c in changes if c not in first])
        await owners.remove(run, host, self.name, changes)

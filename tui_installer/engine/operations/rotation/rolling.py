"""Brings every host to a stage of the rotation, one API server after the other."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import at_rest, survey
from tui_installer.engine.core import planner
from tui_installer.engine.core.wants import UnitWant, Wants
from tui_installer.engine.hosts import deliver, units
from tui_installer.engine.operations.install import apiserver
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.components import APISERVER
from tui_installer.kubernetes.encryption import Stage, arranged, next_name
from tui_installer.model.run.plan import ChangeKind
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.planner import Touched
    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.plan import PlanItem
    from tui_installer.model.spec import HostSpec


def _unit(ctx: Context) -> UnitWant:
    return UnitWant(APISERVER.unit, (at_rest.path(ctx),))


def loaded(ctx: Context, host: str) -> bool:
    """Whether the API server runs and was started since its file last changed."""
    return not any(planner.unit_changes(_unit(ctx), ctx.facts[host], set()))


@dataclass(frozen=True, slots=True)
class RollingStep:
    """aim: the stage. No host goes on to the next step before all have reached it."""

    name: str
    title: str
    aim: Stage
    role: Role = Role.CONTROL_PLANE
    barrier: bool = True
    once: bool = False

    def places(self, ctx: Context) -> tuple[str, ...]:
        return tuple(host.name for host in ctx.spec.masters)

    def wants(self, ctx: Context, host: HostSpec | None) -> Wants:
        """The file as an install has it, with the keys of this stage."""
        if host is None or self.role not in host.roles:
            return Wants()
        path = at_rest.path(ctx)
        files = apiserver.APISERVER_FILES.wants(ctx, host).files
        plain = next(want for want in files if want.path == path)
        stage = self._target(ctx, host.name)
        config = at_rest.config(ctx, stage)
        want = dataclasses.replace(
            plain, data=config.reveal() if config else None, about=_about(ctx, stage), keep=""
        )
        return Wants(files=(want,), units=(_unit(ctx),))

    def _target(self, ctx: Context, host: str) -> Stage:
        found = at_rest.stages(ctx)
        mine = found.get(host)
        known = [stage for stage in found.values() if stage is not None]
        return self.aim if mine is None else at_rest.target(self.aim, mine, min(known))

    def plan(self, ctx: Context, touched: Touched) -> Iterator[PlanItem]:
        for host in ctx.spec.masters:
            wants = self.wants(ctx, host)
            yield planner.host_item(self.name, wants, ctx.facts[host.name], touched[host.name])

    async def run(self, run: Run, host: str) -> PlanItem:
        async with run.turns[self.role].of(host, "not started"):
            await run.all_connected()
            return await self._bring(run, host)

    async def _bring(self, run: Run, host: str) -> PlanItem:
        self._allowed(run.ctx)
        wants = self.wants(run.ctx, run.spec_of(host))
        # What was changed is in the facts, which are gathered again after every change.
        item = planner.host_item(self.name, wants, run.ctx.facts[host], set())
        paths = {change.target for change in item.changes if change.kind is ChangeKind.FILE}
        await deliver.deliver(run, host, self.name, [f for f in wants.files if f.path in paths])
        await units.apply(run, host, self.name, item.changes)
        await apiserver.ready(run, host)
        if item.changes:
            await survey.refresh(run, host)
            self._reached(run.ctx, host)
        return item

    def _allowed(self, ctx: Context) -> None:
        """Raises InstallerError while a host lacks what this step builds upon."""
        least = at_rest.needed(self.aim)
        for host, stage in at_rest.stages(ctx).items():
            behind = stage is None or stage < least
            if behind or (least > Stage.OLD and not loaded(ctx, host)):
                raise InstallerError(
                    f"nothing was changed: {host} is not ready for it", hint="run again", host=host
                )

    def _reached(self, ctx: Context, host: str) -> None:
        stage = at_rest.stages(ctx)[host]
        if stage is None or stage < self.aim or not loaded(ctx, host):
            raise InstallerError(
                f"{at_rest.path(ctx)} on {host} was changed by someone else meanwhile",
                hint="find out who does that, then run again",
                host=host,
            )


def _about(ctx: Context, stage: Stage) -> str:
    keys = ctx.authority.encryption_keys
    old = keys[-1].name
    new = keys[0].name if at_rest.under_way(ctx) else next_name(keys[0])
    first, *others = arranged(new, old, stage)
    return f"{first} writes, {others[0]} can be read" if others else f"{first} alone"

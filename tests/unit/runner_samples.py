"""Steps for tests of the runner: what they do is told by their arguments."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from tui_installer.engine.core.wants import Wants
from tui_installer.model.run.events import CLUSTER, Outcome, StepFinished
from tui_installer.model.run.plan import Change, ChangeKind, PlanItem
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from engine_samples import Log

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run

CHANGE = Change(ChangeKind.FILE, "create", "/a")


@dataclass
class HostWork:
    """A step of every host. fails: host → its error; waits: what it does first."""

    name: str
    barrier: bool = False
    fails: dict[str, Exception] = field(default_factory=dict)
    waits: Callable[[str], Awaitable[object]] | None = None
    changes: tuple[Change, ...] = (CHANGE,)
    done: list[str] = field(default_factory=list)
    title: str = "work"
    role: Role = Role.CONTROL_PLANE
    once: ClassVar[bool] = False

    def wants(self, ctx: object, host: object) -> Wants:
        return Wants()

    def places(self, ctx: Context) -> tuple[str, ...]:
        return tuple(host.name for host in ctx.spec.with_role(self.role))

    def plan(self, ctx: object, touched: object) -> Iterator[PlanItem]:
        yield from ()

    async def run(self, run: Run, host: str) -> PlanItem:
        if self.waits:
            await self.waits(host)
        await asyncio.sleep(0)
        if host in self.fails:
            raise self.fails[host]
        self.done.append(host)
        return PlanItem(self.name, host, f"{self.name} done", self.changes)


class ClusterWork(HostWork):
    """A step done once."""

    once = True

    def places(self, ctx: object) -> tuple[str, ...]:
        return (CLUSTER,)


def ends(log: Log) -> dict[tuple[str, str], Outcome]:
    return {(end.step, end.host): end.outcome for end in log.of(StepFinished)}

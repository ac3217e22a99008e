"""A step as a value: what it is called, what it wants, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tui_installer.engine import deliver, owners, planner, units
from tui_installer.engine.deliver import Removal
from tui_installer.engine.wants import Wants
from tui_installer.model.events import CLUSTER, OPERATOR, Level
from tui_installer.model.plan import ChangeKind, PlanItem
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tui_installer.engine.context import Context
    from tui_installer.engine.planner import Touched
    from tui_installer.engine.run import Run
    from tui_installer.model.plan import Change
    from tui_installer.model.spec import HostSpec

    Declare = Callable[[Context, HostSpec], Wants]
    Wait = Callable[[Run, str], Awaitable[None]]


NOTHING = Wants()
IN_TURN = ("restart", "stop")
"""Verbs after which a unit does not serve for a while: done on one host of a role at a time."""


class Step(Protocol):
    """One line of the pipeline."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def role(self) -> Role:
        """The hosts it is for; of work done once, those whose failure stops it."""
        ...

    @property
    def barrier(self) -> bool:
        """All hosts come to it before any goes on."""
        ...

    @property
    def once(self) -> bool:
        """Done once for all hosts, not on each."""
        ...

    def places(self, ctx: Context) -> tuple[str, ...]:
        """The names of the hosts it runs on; `operator` or `cluster` for work done once."""
        ...

    def wants(self, ctx: Context, host: HostSpec | None) -> Wants:
        """What is to be there, and what not, on a host; None: in the cluster, its API objects.

        Nothing on a host of another role.
        """
        ...

    def plan(self, ctx: Context, touched: Touched) -> Iterator[PlanItem]: ...

    async def run(self, run: Run, host: str) -> PlanItem:
        """Does it, and returns what was done. Raises InstallerError."""
        ...


@dataclass(frozen=True, slots=True)
class HostStep:
    """Brings the hosts of a role to what `declare` wants of each.

    before: what must be true first; asked only if there is something to do.
    ready: what makes a restarted unit good again, before the next host's turn.
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
            run.log(host, self.name, f"{left.target} is left: {left.summary}", Level.WARNING)
        if not item.changes:
            return item
        if self.before is not None:
            await self.before(run, host)
        if any(change.verb in IN_TURN for change in item.changes):
            async with run.turns[self.role].of(host, "not restarted"):
                await run.all_here()
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


@dataclass(frozen=True, slots=True)
class OperatorStep:
    """Work on this machine. look: the changes it would make; do: makes them."""

    name: str
    title: str
    look: Callable[[Context], tuple[tuple[Change, ...], str]]
    do: Callable[[Run], Awaitable[None]]
    barrier: bool = True
    role: Role = Role.CONTROL_PLANE
    once: bool = True

    def places(self, ctx: Context) -> tuple[str, ...]:  # noqa: ARG002 - the same for every spec
        return (OPERATOR,)

    def wants(self, ctx: Context, host: HostSpec | None) -> Wants:  # noqa: ARG002
        return NOTHING

    def plan(self, ctx: Context, touched: Touched) -> Iterator[PlanItem]:  # noqa: ARG002
        changes, reason = self.look(ctx)
        yield PlanItem(self.name, OPERATOR, reason, changes)

    async def run(self, run: Run, host: str) -> PlanItem:
        changes, reason = self.look(run.ctx)
        if changes:
            await self.do(run)
        return PlanItem(self.name, host, reason, changes)


@dataclass(frozen=True, slots=True)
class ClusterStep:
    """Work done once through the API. always: it runs without changes too, as checks do."""

    name: str
    title: str
    look: Callable[[Context], tuple[tuple[Change, ...], str]]
    do: Callable[[Run, tuple[Change, ...]], Awaitable[str]]
    always: bool = False
    barrier: bool = True
    role: Role = Role.CONTROL_PLANE
    once: bool = True

    def places(self, ctx: Context) -> tuple[str, ...]:  # noqa: ARG002 - the same for every spec
        return (CLUSTER,)

    def wants(self, ctx: Context, host: HostSpec | None) -> Wants:  # noqa: ARG002
        return NOTHING

    def plan(self, ctx: Context, touched: Touched) -> Iterator[PlanItem]:  # noqa: ARG002
        changes, reason = self.look(ctx)
        yield PlanItem(self.name, CLUSTER, reason, changes, self.always)

    async def run(self, run: Run, host: str) -> PlanItem:
        changes, reason = self.look(run.ctx)
        if changes or self.always:
            reason = await self.do(run, changes) or reason
        return PlanItem(self.name, host, reason, changes, self.always)

"""A step as a value: its name, what it wants, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tui_installer.engine.core.wants import Wants
from tui_installer.model.run.events import CLUSTER, OPERATOR
from tui_installer.model.run.plan import PlanItem
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.planner import Touched
    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.plan import Change
    from tui_installer.model.spec import HostSpec


NOTHING = Wants()


class Step(Protocol):
    """One line of the pipeline."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def role(self) -> Role:
        """The hosts it runs on; for work done once, the hosts whose failure stops it."""
        ...

    @property
    def barrier(self) -> bool:
        """Whether every host must reach this step before any starts it."""
        ...

    @property
    def once(self) -> bool:
        """Whether it runs once for all hosts, not on each."""
        ...

    def places(self, ctx: Context) -> tuple[str, ...]:
        """The names of the hosts it runs on; `operator` or `cluster` for work done once."""
        ...

    def wants(self, ctx: Context, host: HostSpec | None) -> Wants:
        """What a host should have and not have; None: the cluster, its API objects.

        Empty for a host of another role.
        """
        ...

    def plan(self, ctx: Context, touched: Touched) -> Iterator[PlanItem]: ...

    async def run(self, run: Run, host: str) -> PlanItem:
        """Carries out the step and returns what was done. Raises InstallerError."""
        ...


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
    """Work done once through the API. always: runs even without changes, as checks do."""

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

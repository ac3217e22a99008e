"""A step that declares API objects: applies what is missing or differs, deletes what is absent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import clients
from tui_installer.engine.cluster.shape import text
from tui_installer.engine.core import planner, removals
from tui_installer.engine.core.step import NOTHING
from tui_installer.engine.core.task_group import run_all
from tui_installer.kubernetes import objects
from tui_installer.model.run.events import CLUSTER, Level
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.planner import Touched
    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.wants import ObjectWant, Wants
    from tui_installer.model.run.facts import ClusterFacts, ObjectKey
    from tui_installer.model.run.plan import Change, PlanItem
    from tui_installer.model.spec import HostSpec


@dataclass(frozen=True, slots=True)
class ObjectStep:
    """Brings the cluster's API objects to what `declare` wants, through the first master.

    note: text to append to the reason, '' for none.
    """

    name: str
    title: str
    declare: Callable[[Context], Wants]
    note: Callable[[Context], str] = lambda _: ""
    barrier: bool = True
    role: Role = Role.CONTROL_PLANE
    once: bool = True

    def places(self, ctx: Context) -> tuple[str, ...]:  # noqa: ARG002 - the same for every spec
        return (CLUSTER,)

    def wants(self, ctx: Context, host: HostSpec | None) -> Wants:
        return self.declare(ctx) if host is None else NOTHING

    def plan(self, ctx: Context, touched: Touched) -> Iterator[PlanItem]:  # noqa: ARG002
        yield self._item(ctx)

    def _item(self, ctx: Context) -> PlanItem:
        wants = self.declare(ctx)
        found = object_changes(wants, ctx.cluster)
        return planner.item(self.name, CLUSTER, found, _reason(found, wants) + self.note(ctx))

    async def run(self, run: Run, host: str) -> PlanItem:  # noqa: ARG002 - there is one cluster
        item = self._item(run.ctx)
        for left in item.left:
            run.log(
                CLUSTER, self.name, f"{left.target} is left in place: {left.summary}", Level.WARNING
            )
        if item.changes:
            await self._carry_out(run)
        return item

    async def _carry_out(self, run: Run) -> None:
        wants, cluster = self.declare(run.ctx), run.ctx.cluster
        client = await clients.api_of(run, run.ctx.spec.first_master.name)
        apply = [want for want in wants.objects if any(_applied((want,), cluster))]
        gone = [key for key in wants.absent.objects if objects.applied_by_us(_live(cluster, key))]
        work = [client.apply(want) for want in apply]
        work += [client.delete(key, _uid(_live(cluster, key))) for key in gone]
        await run_all(work)
        run.changes += len(work)


def object_changes(wants: Wants, cluster: ClusterFacts) -> tuple[Change, ...]:
    """What differs between the wanted objects and the live ones."""
    absent = wants.absent.objects
    return (
        *_applied(wants.objects, cluster),
        *removals.object_removals(absent, cluster.objects, objects.applied_by_us, objects.shown),
    )


def _applied(wants: Sequence[ObjectWant], cluster: ClusterFacts) -> Iterator[Change]:
    return planner.object_changes(wants, cluster, objects.subset_differences)


def _reason(found: Sequence[Change], wants: Wants) -> str:
    verbs = Counter(change.verb for change in found if change.verb != removals.LEAVE)
    if not verbs and not wants.objects:
        return "nothing to delete"
    if not verbs:
        return f"{planner.count(len(wants.objects), 'object')} up to date"
    return "; ".join(f"{verb} {planner.count(n, 'object')}" for verb, n in verbs.items())


def _live(cluster: ClusterFacts, key: ObjectKey) -> Mapping[str, object]:
    return cluster.objects.get(key, {})


def _uid(live: Mapping[str, object]) -> str:
    return text(live, "metadata", "uid")

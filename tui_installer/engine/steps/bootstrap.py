"""API objects that nodes join with and administrators work through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine import api, planner
from tui_installer.engine.step import ClusterStep
from tui_installer.engine.together import together
from tui_installer.engine.wants import ObjectWant
from tui_installer.kubernetes import objects
from tui_installer.model.plan import Change, ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.context import Context
    from tui_installer.engine.run import Run

NAME = "bootstrap"


def wanted(ctx: Context) -> Iterator[ObjectWant]:
    """Bindings, and the bootstrap token while it lives."""
    for binding in objects.bindings(ctx.spec):
        yield ObjectWant(binding)
    stored = ctx.authority.bootstrap
    if not ctx.spec.token.has_secret or stored is None:
        return
    if not stored.expires or stored.expires > ctx.now:
        manifest = objects.token_secret(stored.token.id, stored.token.secret, stored.expires)
        yield ObjectWant(manifest, once=True, about="the bootstrap token")


def _look(ctx: Context) -> tuple[tuple[Change, ...], str]:
    wants = tuple(wanted(ctx))
    changes = (
        *planner.object_changes(wants, ctx.cluster, objects.subset_differences),
        *_pending(ctx),
    )
    expired = ctx.authority.bootstrap is not None and 0 < ctx.authority.bootstrap.expires <= ctx.now
    note = "; the bootstrap token has expired, --new-token makes another" if expired else ""
    if not changes:
        return (), f"{len(wants)} objects as wanted{note}"
    return changes, f"apply {len(changes)} objects{note}"


def _pending(ctx: Context) -> Iterator[Change]:
    if ctx.spec.token.has_secret and ctx.authority.bootstrap is None:
        yield Change(
            ChangeKind.OBJECT,
            "apply",
            "Secret kube-system/bootstrap-token-…",
            "the bootstrap token, made when the run starts",
        )


async def _do(run: Run, changes: tuple[Change, ...]) -> str:
    # The keys made by this run decide what is applied, so the wants are asked for again.
    del changes
    client = await api.api_of(run, run.ctx.spec.first_master.name)
    todo = [
        want
        for want in wanted(run.ctx)
        if any(planner.object_changes((want,), run.ctx.cluster, objects.subset_differences))
    ]
    await together(client.apply(want.manifest) for want in todo)
    run.changes += len(todo)
    return f"applied {', '.join(sorted({want.key[0] for want in todo}))}: {len(todo)} objects"


BOOTSTRAP = ClusterStep(NAME, "Bootstrap token and RBAC", _look, _do)

"""API objects that nodes join with and administrators work through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.cluster.object_step import ObjectStep
from tui_installer.engine.core.wants import ObjectWant, Wants
from tui_installer.kubernetes import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context


def _wants(ctx: Context) -> Wants:
    return Wants(objects=(*map(ObjectWant, objects.bindings(ctx.spec)), *_token(ctx)))


def _token(ctx: Context) -> Iterator[ObjectWant]:
    """The bootstrap token while it is valid."""
    if not ctx.spec.token.has_secret:
        return
    stored = ctx.authority.bootstrap
    if stored is None:
        about = "the bootstrap token, made when the run starts"
        yield ObjectWant(objects.TOKEN_TO_COME, once=True, about=about, pending=True)
    elif not stored.expires or stored.expires > ctx.now:
        manifest = objects.token_secret(stored.token.id, stored.token.secret, stored.expires)
        yield ObjectWant(manifest, once=True, about="the bootstrap token")


def _note(ctx: Context) -> str:
    stored = ctx.authority.bootstrap
    expired = stored is not None and 0 < stored.expires <= ctx.now
    return "; the bootstrap token has expired, --new-token makes another" if expired else ""


BOOTSTRAP = ObjectStep("bootstrap", "Bootstrap token and RBAC", _wants, _note)

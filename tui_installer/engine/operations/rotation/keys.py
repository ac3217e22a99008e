"""The session's side of a rotation: the new key is kept before a host sees it, the old one last."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import api, at_rest, lost_keys
from tui_installer.engine.core.step import OperatorStep
from tui_installer.engine.operations.rotation.rolling import loaded
from tui_installer.errors import InstallerError
from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import APISERVER
from tui_installer.kubernetes.encryption import EncryptionKey, Stage, next_name
from tui_installer.model.run.plan import Change, ChangeKind
from tui_installer.pki import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run

FLAG = "encryption-provider-config"


def _look(ctx: Context) -> tuple[tuple[Change, ...], str]:
    if found := tuple(_obstacles(ctx)):
        raise InstallerError(
            "the key of Secrets at rest cannot be rotated now; nothing was changed",
            details=found,
            hint="fix that first, if needed with an install: "
            f"tui-installer install --resume {ctx.authority.folder.root.name}",
            step=NEW_KEY.name,
        )
    newest, *older = ctx.authority.encryption_keys
    if older:
        return (), f"a rotation is under way: {newest.name} replaces {older[0].name}"
    name = next_name(newest)
    change = Change(ChangeKind.LOCAL, "issue", "encryption.key", f"{name} replaces {newest.name}")
    return (change,), f"make {name}, which replaces {newest.name}"


def _obstacles(ctx: Context) -> Iterator[str]:
    """What forbids a rotation. One that is under way may find API servers that are starting."""
    if not ctx.authority.encryption_keys:
        yield "this session has not installed its cluster"
        return
    for name in (api.OPERATOR_CERT, lost_keys.ETCD_OPERATOR):
        if why := ctx.authority.missing.get(name):
            yield f"the operator's certificate {name} is to be issued: {why}"
    flags = dict(options(APISERVER, ctx.spec, ctx.spec.first_master))
    if flags.get(FLAG) != at_rest.path(ctx):
        yield f"the API servers' --{FLAG} is {flags.get(FLAG, 'not set')}, not {at_rest.path(ctx)}"
    for host, stage in at_rest.stages(ctx).items():
        if stage is None:
            yield f"{host}: {at_rest.path(ctx)} is missing"
        elif not at_rest.under_way(ctx) and not _ready(ctx, host):
            yield f"{host}: its API server is not ready"


def _ready(ctx: Context, host: str) -> bool:
    return ctx.cluster.ready.get(host, "").rstrip().endswith("readyz check passed")


async def _make(run: Run) -> None:
    authority = run.ctx.authority
    (old,) = authority.encryption_keys
    new = EncryptionKey(next_name(old), tokens.encryption_key())
    await asyncio.to_thread(authority.keep_encryption_keys, new, old)


def _look_forget(ctx: Context) -> tuple[tuple[Change, ...], str]:
    old = ctx.authority.encryption_keys[-1].name
    change = Change(ChangeKind.LOCAL, "forget", "encryption.key", f"nothing needs {old} any more")
    return (change,), f"{old} is removed from the session"


async def _forget(run: Run) -> None:
    """Raises InstallerError where a host may still have the old key."""
    found = at_rest.stages(run.ctx)
    behind = [host for host, s in found.items() if s is not Stage.NEW or not loaded(run.ctx, host)]
    if behind:
        raise InstallerError(
            f"the old key is kept: {', '.join(behind)} may still have it", hint="run again"
        )
    await asyncio.to_thread(
        run.ctx.authority.keep_encryption_keys, run.ctx.authority.encryption_keys[0]
    )


NEW_KEY = OperatorStep("new-key", "New key, kept in the session", _look, _make)
FORGET_KEY = OperatorStep("forget-key", "Old key: out of the session", _look_forget, _forget)

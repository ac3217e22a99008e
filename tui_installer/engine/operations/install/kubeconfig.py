"""The administrator's kubeconfig, on the operator machine only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.engine.core.step import OperatorStep
from tui_installer.kubernetes import kubeconfig
from tui_installer.model.run.plan import Change, ChangeKind
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run

NAME = "kubeconfig"


def _wanted(ctx: Context) -> Secret | None:
    ca, cert, key = (
        ctx.authority.cert("ca"),
        ctx.authority.cert("admin"),
        ctx.authority.key("admin"),
    )
    if ca is None or cert is None or key is None:
        return None
    return Secret(kubeconfig.admin(ctx.spec, ca, cert, key))


def _look(ctx: Context) -> tuple[tuple[Change, ...], str]:
    path, wanted = ctx.authority.folder.kubeconfig, _wanted(ctx)
    if wanted is not None and path.exists() and path.read_bytes() == wanted.reveal():
        return (), f"{path} up to date"
    change = Change(ChangeKind.LOCAL, "write", str(path), f"administrator at {ctx.spec.api_url}")
    return (change,), f"write {path}"


async def _do(run: Run) -> None:
    wanted = _wanted(run.ctx)
    if wanted is not None:
        await asyncio.to_thread(run.ctx.authority.folder.write_kubeconfig, wanted)


KUBECONFIG = OperatorStep(NAME, "Administrator's kubeconfig", _look, _do)

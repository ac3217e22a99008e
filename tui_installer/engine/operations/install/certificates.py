"""Certificates, keys and tokens on the operator machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.engine.core.step import OperatorStep
from tui_installer.model.run.events import OPERATOR, Level
from tui_installer.model.run.plan import Change, ChangeKind

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run

NAME = "certificates"


def _look(ctx: Context) -> tuple[tuple[Change, ...], str]:
    changes = tuple(
        Change(ChangeKind.LOCAL, "issue", name, why) for name, why in ctx.authority.to_make()
    )
    have = len(ctx.authority.issued)
    if not changes:
        return (), f"{have} certificates, keys and tokens reused"
    reused = f", {have} certificates reused" if have else ""
    return changes, f"issue {len(changes)} certificates, keys and tokens{reused}"


async def _do(run: Run) -> None:
    if run.ctx.authority.locked():
        await run.unlock()
    made = await asyncio.to_thread(run.ctx.authority.make, run.ctx.now)
    for name in made:
        run.log(OPERATOR, NAME, f"made {name}", Level.DEBUG)


CERTIFICATES = OperatorStep(NAME, "Certificates, keys and tokens", _look, _do)

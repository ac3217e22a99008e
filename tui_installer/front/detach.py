"""`--detach`: the run continues in the background once it needs no more input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_installer.actions.runs.watched_run import WatchedRun
from tui_installer.errors import ExitCode
from tui_installer.front import event_loop
from tui_installer.front.ask import ask, can_ask
from tui_installer.front.text.plain import Plain
from tui_installer.remote.credentials import Typed

if TYPE_CHECKING:
    from tui_installer.actions.runs.background import Order
    from tui_installer.store.session_folder import SessionFolder
    from tui_installer.store.session_lock import SessionLock


def detach(session: SessionFolder, lock: SessionLock, order: Order) -> ExitCode:
    """Shows the run until its plan is made. Raises InstallerError if it cannot start."""
    return event_loop.run(_detach(session, lock, order))


async def _detach(session: SessionFolder, lock: SessionLock, order: Order) -> ExitCode:
    run = WatchedRun(session, lock)
    code = await run.carry_out(
        order,
        Typed(),
        ask if can_ask() else None,
        show=Plain(),
        enough=lambda state: bool(state.planned),
    )
    if code is not None:
        return ExitCode(code)
    run.leave()
    lock.release()
    name = session.root.name
    print(
        f"the run continues in the background (pid {run.pid})\n"
        f"  show it: tui-installer attach {name}\n  stop it: tui-installer stop {name}",
        file=sys.stderr,
    )
    return ExitCode.OK

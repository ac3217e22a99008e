"""Opens the wizard; creates the engine room before the app and closes it after the app."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.front import console, event_loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_installer.front.tui.draft import Draft


NEEDED = "the wizard needs a terminal"


def require_terminal() -> None:
    """Raises UsageError, with the command to use instead, where no wizard can be shown."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        why = "this is not a terminal"
    elif not sys.stderr.isatty():
        why = "it draws on stderr, which is redirected"
        print(f"{NEEDED}: {why}")  # on stdout: the user does not see stderr
    elif os.environ.get("TERM", "dumb") == "dumb":
        why = "TERM=dumb cannot show a wizard"
    else:
        return
    raise UsageError(
        f"{NEEDED}: {why}",
        hint="without one: tui-installer --answers FILE (`answers example` prints such a file)",
    )


def run(answers: Path | None = None, resume: str | None = None, *, accept_new: bool = False) -> int:
    """Shows the wizard and returns the exit code. Raises UsageError without a terminal.

    resume: a session's name, '' for the latest. accept_new: trust hosts that are in no
    known_hosts file yet.
    """
    require_terminal()
    return event_loop.run(_run(_draft(answers, resume), accept_new=accept_new))


def _draft(answers: Path | None, resume: str | None) -> Draft | None:
    """The draft, or None for the start page. Raises UsageError, AnswersInvalid, SessionBusy."""
    from tui_installer.front.tui.draft import Draft  # noqa: PLC0415 - errors come faster

    if answers is not None:
        return Draft.load(answers)
    if resume is None:
        return None
    from tui_installer.store import sessions  # noqa: PLC0415 - only resuming needs them

    session = sessions.named(resume)
    return Draft.resume(session.answers)


async def _run(opened: Draft | None, *, accept_new: bool) -> int:
    """Runs the app; returns the exit code. Raises the error that ended it, if it was a bug."""
    with _without_collector():
        from tui_installer.front.tui.app import WizardApp  # noqa: PLC0415 - errors come faster
        from tui_installer.front.tui.draft import Draft  # noqa: PLC0415
        from tui_installer.front.tui.engine_room import EngineRoom  # noqa: PLC0415

    engine = EngineRoom(accept_new=accept_new)
    app = WizardApp(
        opened or Draft(),
        engine,
        first=opened.first_open_page() if opened else "",
        ascii_notice=console.notice(console.started_with()),
    )
    try:
        result = await app.run_async()
    finally:
        going_on = engine.goes_on
        name = app.draft.name if going_on else ""
        code = await engine.close()
        await asyncio.to_thread(app.draft.close, going_on=going_on)
    if going_on:
        print(f"the run continues; to watch it: tui-installer attach {name}", file=sys.stderr)
    if app.fault is not None:
        raise app.fault
    return result or code or (app.return_code or 0)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keeps the garbage collector away from modules imported here, which are never freed.

    Collecting now would delay the first frame; later it would block the screen for 50 ms.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()

"""Opens the wizard: the engine room is made first and closed last."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.front import event_loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_installer.front.tui.draft import Draft


NEEDED = "the wizard needs a terminal"


def require_terminal() -> None:
    """Raises UsageError where no wizard can be shown, naming the headless way."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        why = "this is not a terminal"
    elif not sys.stderr.isatty():
        why = "it is drawn on stderr, which is redirected"
        print(f"{NEEDED}: {why}")  # stderr is where the user does not look now
    elif os.environ.get("TERM", "dumb") == "dumb":
        why = "TERM=dumb cannot show a wizard"
    else:
        return
    raise UsageError(
        f"{NEEDED}: {why}",
        hint="without one: tui-installer --answers FILE (`answers example` prints such a file)",
    )


def run(answers: Path | None = None, resume: str | None = None) -> int:
    """Shows the wizard and returns the exit code. Raises UsageError without a terminal.

    resume: a session's name, '' for the one changed last.
    """
    require_terminal()
    return event_loop.run(_run(_draft(answers, resume)))


def _draft(answers: Path | None, resume: str | None) -> Draft | None:
    """None to begin at the start page. Raises UsageError, AnswersInvalid, SessionBusy."""
    from tui_installer.front.tui.draft import Draft  # noqa: PLC0415 - a message needs none

    if answers is not None:
        return Draft.load(answers)
    if resume is None:
        return None
    from tui_installer.store import sessions  # noqa: PLC0415 - only resuming needs them

    session = sessions.named(resume)
    return Draft.resume(session.answers)


async def _run(opened: Draft | None) -> int:
    """Raises what ended the app, if it was a fault of ours."""
    with _made_to_stay():
        from tui_installer.front.tui.app import WizardApp  # noqa: PLC0415 - a message needs no app
        from tui_installer.front.tui.draft import Draft  # noqa: PLC0415
        from tui_installer.front.tui.engine_room import EngineRoom  # noqa: PLC0415

    engine = EngineRoom()
    app = WizardApp(opened or Draft(), engine, first=opened.first_open_page() if opened else "")
    try:
        result = await app.run_async()
    finally:
        going_on = engine.goes_on
        name = app.draft.name if going_on else ""
        code = await engine.close()
        await asyncio.to_thread(app.draft.close, going_on=going_on)
    if going_on:
        print(f"the run goes on; show it: tui-installer attach {name}", file=sys.stderr)
    if app.fault is not None:
        raise app.fault
    return result or code or (app.return_code or 0)


@contextmanager
def _made_to_stay() -> Iterator[None]:
    """What is imported here lives as long as the program: no garbage to look for among it.

    Neither now, which delays the first frame, nor later, which would hold the screen for 50 ms.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()

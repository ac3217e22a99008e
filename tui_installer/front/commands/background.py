"""`tui-installer background`: a run's own process. Only `actions/runs/background.py` calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.front.command import Command

if TYPE_CHECKING:
    import argparse

    from tui_installer.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the session and the inherited file descriptor of its lock."""
    parser.add_argument("name")
    parser.add_argument("--lock", type=int, required=True)


def _run(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions.runs import background_worker  # noqa: PLC0415 - loaded when it runs
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415
    from tui_installer.store import session_lock, sessions  # noqa: PLC0415

    with session_lock.SessionLock.given(args.lock) as lock:
        lock.write_holder(session_lock.RUN)
        session = sessions.at(args.name)
        return stoppable(lambda stop: background_worker.run(session, stop))


COMMAND = Command(
    name="background", help="run the order on stdin", add_arguments=add_arguments, run=_run
)

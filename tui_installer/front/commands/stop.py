"""`tui-installer stop`: stops a run of another process at its next safe point."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.command import Command
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse


def _stop(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions.runs import follow  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import sessions  # noqa: PLC0415

    holder = follow.stop(sessions.named(args.name))
    print(f"asked to stop at the next safe point: {holder}", file=sys.stderr)
    return ExitCode.OK


COMMAND = Command(
    name="stop",
    help="stop a session's run at its next safe point",
    add_arguments=options.add_session,
    run=_stop,
)

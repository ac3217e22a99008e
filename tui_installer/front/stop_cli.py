"""`tui-installer stop`: ends a run that goes on elsewhere, at its next safe point."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All that `stop` can be told."""
    parser.add_argument("name", nargs="?", default="", help="default: the session changed last")
    parser.set_defaults(run=_stop)


def _stop(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions import follow  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import sessions  # noqa: PLC0415

    holder = follow.stop(sessions.named(args.name))
    print(f"asked to stop at the next safe point: {holder}", file=sys.stderr)
    return ExitCode.OK

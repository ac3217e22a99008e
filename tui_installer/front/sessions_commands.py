"""Runs the commands of `tui-installer sessions` that list, show, rename or delete."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tui_installer.actions.runs import record
from tui_installer.actions.sessions import admin, listing, view
from tui_installer.errors import ExitCode, UsageError
from tui_installer.front.ask import can_ask
from tui_installer.front.text import sessions_text
from tui_installer.front.text.style import Style
from tui_installer.store import sessions

if TYPE_CHECKING:
    import argparse


def say(text: str) -> None:
    """Prints a message to stderr."""
    print(text, file=sys.stderr, flush=True)


def show_all(args: argparse.Namespace) -> ExitCode:
    found = listing.summaries()
    if args.output == "json":
        _print_json({"schema": 1, "sessions": record.plain(found)})
    elif found:
        sys.stdout.write(sessions_text.table(found, Style.of(sys.stdout)))
    else:
        say("there are no sessions yet; tui-installer starts one")
    return ExitCode.OK


def show(args: argparse.Namespace) -> ExitCode:
    found = view.shown(sessions.find(args.name))
    if args.output == "json":
        _print_json({"schema": 1, **record.plain(found)})
    else:
        sys.stdout.write(sessions_text.whole(found, Style.of(sys.stdout)))
    return ExitCode.OK


def _print_json(data: object) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False))


def rename(args: argparse.Namespace) -> ExitCode:
    session = admin.rename(sessions.find(args.name), args.new)
    say(f"{args.name} renamed to {session.root.name}: {session.root}")
    return ExitCode.OK


def delete(args: argparse.Namespace) -> ExitCode:
    session = sessions.find(args.name)
    for loss in admin.losses(session):
        say(f"warning: {loss}")
    _confirm(args.name, args.yes)
    left = admin.delete(session)
    say(f"the session {args.name} is deleted")
    if left:
        say(f"left in {session.root}, not part of the session: {', '.join(left)}")
    return ExitCode.OK


def _confirm(name: str, given: str | None) -> None:
    if given is None:
        if not can_ask():
            raise UsageError(
                "cannot ask for confirmation without a terminal; nothing was deleted",
                hint=f"add --yes {name} to delete it without confirmation",
            )
        sys.stderr.write(f"type the session's name to delete it ({name}): ")
        sys.stderr.flush()
        given = sys.stdin.readline().strip()
    if given != name:
        raise UsageError(f"{given!r} is not {name!r}; nothing was deleted")

"""`tui-installer sessions`: what there is, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from tui_installer.errors import ExitCode


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the `sessions` command and its own commands."""
    parser = commands.add_parser(
        "sessions", help="list, show, rename, move, encrypt, delete and recover sessions"
    )
    parser.set_defaults(run=_run)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    listing = verbs.add_parser("list", help="the sessions there are, the newest first")
    show = verbs.add_parser(
        "show", help="one session: answers, last run, certificates, files, damage"
    )
    show.add_argument("name")
    for one in (listing, show):
        one.add_argument("--output", choices=("plain", "json"), default="plain")
    rename = verbs.add_parser("rename", help="give a session another name")
    rename.add_argument("name")
    rename.add_argument("new")
    delete = verbs.add_parser("delete", help="delete a session, its keys with it")
    delete.add_argument("name")
    delete.add_argument(
        "--yes", metavar="NAME", help="the name once more, instead of typing it when asked"
    )


def _run(args: argparse.Namespace) -> ExitCode:
    from tui_installer.front import sessions_commands  # noqa: PLC0415 - --help needs none of them

    return sessions_commands.COMMANDS[args.verb](args)

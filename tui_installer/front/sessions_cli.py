"""`tui-installer sessions`: what there is, and what can be done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from tui_installer.errors import ExitCode


HOSTS = "[USER@]ADDRESS[:PORT][,…]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own commands."""
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
    _add_moves(verbs)
    _add_recover(verbs)


def _add_recover(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    recover = verbs.add_parser(
        "recover", help="make a lost session anew from the masters of its cluster"
    )
    source = recover.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--hosts", metavar=HOSTS, help="every master; SSH as root unless a user is named"
    )
    source.add_argument(
        "--answers",
        type=Path,
        metavar="FILE",
        help="answers whose hosts and ssh blocks say how to log in; the rest is read back",
    )
    recover.add_argument("--as", dest="name", metavar="NAME", default="", help="by another name")
    recover.add_argument(
        "--accept-new-host-keys",
        action="store_true",
        help="trust hosts that no known_hosts file knows yet",
    )


def _add_moves(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = verbs.add_parser("export", help="write a session's answers, or all of it, to a file")
    export.add_argument("name")
    export.add_argument("file", type=Path)
    export.add_argument(
        "--whole",
        action="store_true",
        help="all of it, keys too, encrypted with a passphrase; without: the answers, no secrets",
    )
    bring = verbs.add_parser("import", help="take in a session that was exported whole")
    bring.add_argument("file", type=Path)
    bring.add_argument("--as", dest="name", metavar="NAME", default="", help="by another name")
    encrypt = verbs.add_parser(
        "encrypt", help="put a passphrase on the CA keys that never leave this machine"
    )
    decrypt = verbs.add_parser("decrypt", help="take the passphrase off them again")
    for one in (encrypt, decrypt):
        one.add_argument("name")
    for one in (export, bring, encrypt, decrypt):
        add_passphrase(one)


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """Where a passphrase is read from."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="whose first line is the passphrase, readable by you alone; else it is asked for",
    )
    source.add_argument(
        "--passphrase-env", default="", metavar="VARIABLE", help="that holds the passphrase"
    )


def _run(args: argparse.Namespace) -> ExitCode:
    from tui_installer.front import (  # noqa: PLC0415 - --help needs none of them
        sessions_commands,
        sessions_moves,
        sessions_recover,
    )

    commands = {
        **sessions_commands.COMMANDS,
        **sessions_moves.COMMANDS,
        **sessions_recover.COMMANDS,
    }
    return commands[args.verb](args)

"""`tui-installer sessions`: lists, shows, renames, moves, encrypts, deletes, recovers sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.front.command import Command, deferred
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse


def _add_list(parser: argparse.ArgumentParser) -> None:
    options.add_output(parser, "json")


def _add_name(parser: argparse.ArgumentParser) -> None:
    options.add_session(parser, required=True)


def _add_show(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    options.add_output(parser, "json")


def _add_rename(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument("new", metavar="NEW", help="the new name")


def _add_delete(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument(
        "--yes", metavar="NAME", help="confirm with the session's name instead of being asked"
    )


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to write")
    parser.add_argument(
        "--whole",
        action="store_true",
        help="export everything, keys included, encrypted with a passphrase; "
        "without --whole: only the answers, without secrets",
    )
    options.add_passphrase(parser)


def _add_as(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="name", metavar="NAME", default="", help="the session's name")


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the exported file")
    _add_as(parser)
    options.add_passphrase(parser)


def _add_encrypt(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    options.add_passphrase(parser)


def _add_recover(parser: argparse.ArgumentParser) -> None:
    options.add_source(parser, "hosts", "answers", required=True)
    _add_as(parser)
    options.add_accept_new_host_keys(parser)


COMMAND = Command(
    name="sessions",
    help="list, show, rename, move, encrypt, delete and recover sessions",
    commands=(
        Command(
            name="list",
            help="list the sessions, the newest first",
            add_arguments=_add_list,
            run=deferred("sessions_commands", "show_all"),
        ),
        Command(
            name="show",
            help="show a session: answers, last run, certificates, files, damage",
            add_arguments=_add_show,
            run=deferred("sessions_commands", "show"),
        ),
        Command(
            name="rename",
            help="rename a session",
            add_arguments=_add_rename,
            run=deferred("sessions_commands", "rename"),
        ),
        Command(
            name="delete",
            help="delete a session and its keys",
            add_arguments=_add_delete,
            run=deferred("sessions_commands", "delete"),
        ),
        Command(
            name="export",
            help="write a session's answers, or all of the session, to a file",
            add_arguments=_add_export,
            run=deferred("sessions_moves", "export"),
            needs={"--passphrase-file": "--whole", "--passphrase-env": "--whole"},
        ),
        Command(
            name="import",
            help="import a session that was exported with --whole",
            add_arguments=_add_import,
            run=deferred("sessions_moves", "import_session"),
        ),
        Command(
            name="encrypt",
            help="encrypt the session's CA keys with a passphrase",
            add_arguments=_add_encrypt,
            run=deferred("sessions_moves", "encrypt"),
        ),
        Command(
            name="decrypt",
            help="store the session's CA keys without a passphrase",
            add_arguments=_add_encrypt,
            run=deferred("sessions_moves", "decrypt"),
        ),
        Command(
            name="recover",
            help="rebuild a lost session from the masters of its cluster",
            add_arguments=_add_recover,
            run=deferred("sessions_recover", "recover"),
            epilog="Name every master. Of the answers, only hosts and ssh are used.\n",
        ),
    ),
)

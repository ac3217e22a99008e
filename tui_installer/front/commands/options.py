"""Options that several commands take: declared once, so that they mean the same everywhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from tui_installer import __version__

HOSTS = "[USER@]ADDRESS[:PORT][,…]"
EVERY_COMMAND = {"--session-dir": 2, "--version": 1}
"""Option that may also stand before a command → how many words it takes, without `=`."""


def add_every_command(parser: argparse.ArgumentParser) -> None:
    """Adds the options that every command takes, without defaults, so that none hides another."""
    group = parser.add_argument_group("options of every command")
    group.add_argument(
        "--session-dir",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder of the sessions (default: $TUI_INSTALLER_HOME or the platform's state folder)",
    )
    group.add_argument("--version", action="version", version=__version__)


def add_source(parser: argparse.ArgumentParser, *names: str, required: bool = False) -> None:
    """Adds where the hosts come from: one of `answers`, `resume`, `hosts`."""
    group = parser.add_mutually_exclusive_group(required=required)
    if "answers" in names:
        group.add_argument("--answers", type=Path, metavar="FILE", help="the answers file")
    if "resume" in names:
        group.add_argument(
            "--resume",
            nargs="?",
            const="",
            metavar="NAME",
            help="a session (default: the session changed last)",
        )
    if "hosts" in names:
        group.add_argument(
            "--hosts", metavar=HOSTS, help="hosts by address; SSH as root unless a user is named"
        )


def add_session(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Adds the session as an argument; by default the one changed last."""
    if required:
        parser.add_argument("name", metavar="NAME", help="the session")
    else:
        parser.add_argument(
            "name",
            nargs="?",
            default="",
            metavar="NAME",
            help="the session (default: the session changed last)",
        )


def add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plan",
        action="store_true",
        help="show what would be done on each host, with diffs; change nothing",
    )


def add_output(parser: argparse.ArgumentParser, data: str) -> None:
    """Adds --output. data: `jsonl` for a stream of events, `json` for one document."""
    what = {"jsonl": "events as JSON lines", "json": "JSON"}[data]
    parser.add_argument(
        "--output",
        choices=("plain", data),
        default="plain",
        help=f"plain text, or {what} (default: %(default)s)",
    )


def add_accept_new_host_keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept-new-host-keys",
        action="store_true",
        help="trust hosts that are in no known_hosts file yet; a changed key is always refused",
    )


def add_break_lock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--break-lock",
        action="store_true",
        help="take the hosts' locks from another run; only if you know that it is dead",
    )


def add_detach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--detach",
        action="store_true",
        help="continue in the background once the plan is made; `tui-installer attach` shows it",
    )


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """Adds the options that name where a passphrase is read from."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="file with the passphrase in its first line, readable only by you "
        "(without it, the passphrase is prompted for)",
    )
    source.add_argument(
        "--passphrase-env",
        default="",
        metavar="VARIABLE",
        help="environment variable with the passphrase",
    )


def add_run(parser: argparse.ArgumentParser) -> None:
    """Adds the options of every operation."""
    add_plan(parser)
    add_detach(parser)
    add_output(parser, "jsonl")
    add_accept_new_host_keys(parser)
    add_break_lock(parser)


PLAN = ("--output", "--accept-new-host-keys")
"""The options of every operation that --plan honours."""
DETACH = ("--accept-new-host-keys", "--break-lock")
"""The options of every operation that --detach honours."""

"""`tui-installer lab`: throwaway hosts from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.lab.folders import FOLDER

if TYPE_CHECKING:
    from tui_installer.errors import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own commands."""
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default: %(default)s")
    parser.set_defaults(run=_run)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    up = verbs.add_parser("up", help="make and start hosts")
    up.add_argument("--hosts", type=int, default=3, metavar="N", help="default: %(default)s")
    up.add_argument("--name", default="lab", help="of its bridge; default: %(default)s")
    up.add_argument("--suite", default="bookworm", help="Debian suite, default: %(default)s")
    verbs.add_parser("status", help="the hosts as they are")
    ssh = verbs.add_parser("ssh", help="log in to a host, or run a command there")
    ssh.add_argument("name")
    ssh.add_argument("remote", nargs=argparse.REMAINDER, help="a command and its arguments")
    answers = verbs.add_parser("answers", help="an answers file for these hosts")
    answers.add_argument("--hosts", type=int, metavar="N", help="only the first N")
    answers.add_argument(
        "--source",
        choices=("mirror", "go"),
        default="mirror",
        help="where binaries come from, default: %(default)s",
    )
    down = verbs.add_parser("down", help="end the hosts and remove all of them")
    down.add_argument("--base", action="store_true", help="the base system they are made from, too")


def _run(args: argparse.Namespace) -> ExitCode:
    from tui_installer.front import lab_commands  # noqa: PLC0415 - --help needs none of them

    return lab_commands.COMMANDS[args.verb](args)

"""`tui-installer lab`: throwaway hosts on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from tui_installer.front.command import Command, deferred
from tui_installer.lab.folders import BASES, DEFAULT_BASE, FOLDER


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="folder of the lab (default: %(default)s)",
    )


def _add_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--hosts", type=int, default=3, metavar="N", help="how many (default: %(default)s)"
    )
    parser.add_argument("--name", default="lab", help="name of the bridge (default: %(default)s)")
    parser.add_argument(
        "--base",
        choices=BASES,
        default=DEFAULT_BASE,
        help="Debian release of the hosts: "
        + ", ".join(map(" is ".join, BASES.items()))
        + " (default: %(default)s)",
    )
    _add_folder(parser)


def _add_ssh(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser)
    parser.add_argument("name", metavar="HOST", help="the host")
    parser.add_argument(
        "remote",
        nargs=argparse.REMAINDER,
        metavar="…",
        help="a command and its arguments (default: a login shell)",
    )


def _add_answers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hosts", type=int, metavar="N", help="only the first N hosts")
    parser.add_argument(
        "--source",
        choices=("mirror", "go"),
        default="mirror",
        help="source of the programs (default: %(default)s)",
    )
    _add_folder(parser)


def _add_down(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bases", action="store_true", help="also remove the base systems that hosts are made from"
    )
    _add_folder(parser)


COMMAND = Command(
    name="lab",
    help="make throwaway systemd hosts on this machine, to rehearse on (needs root)",
    commands=(
        Command(
            name="up",
            help="make and start hosts",
            add_arguments=_add_up,
            run=deferred("lab_commands", "up"),
        ),
        Command(
            name="status",
            help="list the hosts and their state",
            add_arguments=_add_folder,
            run=deferred("lab_commands", "status"),
        ),
        Command(
            name="ssh",
            help="log in to a host, or run a command there",
            add_arguments=_add_ssh,
            run=deferred("lab_commands", "ssh"),
        ),
        Command(
            name="answers",
            help="print an answers file for the hosts",
            add_arguments=_add_answers,
            run=deferred("lab_commands", "answers"),
        ),
        Command(
            name="down",
            help="stop and remove the hosts",
            add_arguments=_add_down,
            run=deferred("lab_commands", "down"),
        ),
    ),
)

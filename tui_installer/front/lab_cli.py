"""`tui-installer lab`: throwaway hosts from the command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import yaml

from tui_installer.errors import ExitCode
from tui_installer.lab import lab, takedown


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the `lab` command and its own commands."""
    parser = commands.add_parser(
        "lab", help="throwaway systemd hosts on this machine, to rehearse on (needs root)"
    )
    parser.add_argument("--folder", type=Path, default=lab.FOLDER, help="default: %(default)s")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    up = verbs.add_parser("up", help="make and start hosts")
    up.add_argument("--hosts", type=int, default=3, metavar="N", help="default: %(default)s")
    up.add_argument("--name", default="lab", help="of its bridge; default: %(default)s")
    up.add_argument("--suite", default="bookworm", help="Debian suite, default: %(default)s")
    up.set_defaults(run=_up)
    verbs.add_parser("status", help="the hosts as they are").set_defaults(run=_status)
    ssh = verbs.add_parser("ssh", help="log in to a host, or run a command there")
    ssh.add_argument("name")
    ssh.add_argument("command", nargs=argparse.REMAINDER, help="and its arguments")
    ssh.set_defaults(run=_ssh)
    answers = verbs.add_parser("answers", help="an answers file for these hosts")
    answers.add_argument("--hosts", type=int, metavar="N", help="only the first N")
    answers.add_argument(
        "--source",
        choices=("mirror", "go"),
        default="mirror",
        help="where binaries come from, default: %(default)s",
    )
    answers.set_defaults(run=_answers)
    down = verbs.add_parser("down", help="end the hosts and remove all of them")
    down.add_argument("--base", action="store_true", help="the base system they are made from, too")
    down.set_defaults(run=_down)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _up(args: argparse.Namespace) -> ExitCode:
    lab.up(args.folder, count=args.hosts, name=args.name, suite=args.suite, say=_say)
    return _status(args)


def _status(args: argparse.Namespace) -> ExitCode:
    machines = lab.status(args.folder)
    if not machines:
        _say(f"no lab in {args.folder}; `tui-installer lab up` makes one")
        return ExitCode.OK
    for machine in machines:
        state = "ssh ready" if machine.ssh_ready else "running" if machine.running else "off"
        print(f"{machine.name:<12} {machine.address:<15} {state:<10} {machine.fingerprint}")
    return ExitCode.OK


def _ssh(args: argparse.Namespace) -> ExitCode:
    argv = lab.ssh_argv(args.folder, args.name, *args.command)
    os.execvp(argv[0], argv)  # noqa: S606 - ssh takes over the terminal


def _answers(args: argparse.Namespace) -> ExitCode:
    names = [machine.name for machine in lab.status(args.folder)][: args.hosts]
    data = lab.answers(args.folder, names)
    if args.source == "go":
        data["kubernetes"] = {"source": {"kind": "go", "location": ""}}
    sys.stdout.write(yaml.safe_dump(data, sort_keys=False))
    return ExitCode.OK


def _down(args: argparse.Namespace) -> ExitCode:
    takedown.down(args.folder, _say)
    if args.base:
        takedown.delete_bases(lab.BASE_ROOT, _say)
    return ExitCode.OK

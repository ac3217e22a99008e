"""Runs the commands of `tui-installer lab`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import yaml

from tui_installer.errors import ExitCode
from tui_installer.lab import lab
from tui_installer.lab.folders import BASE_ROOT

if TYPE_CHECKING:
    import argparse


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def up(args: argparse.Namespace) -> ExitCode:
    lab.up(args.folder, count=args.hosts, name=args.name, suite=args.base, say=_say)
    return status(args)


def status(args: argparse.Namespace) -> ExitCode:
    machines = lab.status(args.folder)
    if not machines:
        _say(f"no lab in {args.folder}; `tui-installer lab up` makes one")
        return ExitCode.OK
    for machine in machines:
        state = "ssh ready" if machine.ssh_ready else "running" if machine.running else "off"
        print(f"{machine.name:<12} {machine.address:<15} {state:<10} {machine.fingerprint}")
    return ExitCode.OK


def ssh(args: argparse.Namespace) -> ExitCode:
    argv = lab.ssh_argv(args.folder, args.name, *args.remote)
    os.execvp(argv[0], argv)  # noqa: S606 - ssh takes over the terminal


def answers(args: argparse.Namespace) -> ExitCode:
    names = [machine.name for machine in lab.status(args.folder)][: args.hosts]
    data = lab.answers(args.folder, names)
    if args.source == "go":
        data["kubernetes"] = {"source": {"kind": "go", "location": ""}}
    sys.stdout.write(yaml.safe_dump(data, sort_keys=False))
    return ExitCode.OK


def down(args: argparse.Namespace) -> ExitCode:
    lab.down(args.folder, _say)
    if args.bases:
        lab.delete_bases(BASE_ROOT, _say)
    return ExitCode.OK

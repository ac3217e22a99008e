"""`tui-installer answers`: an example file, the JSON schema, answers from a list of hosts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode, UsageError
from tui_installer.front.command import Command

if TYPE_CHECKING:
    import argparse


_FROM = """\
Reads Ansible inventories (INI, YAML, ansible-inventory --list), /etc/hosts, CSV and other tables,
kubectl get nodes -o wide, terraform output -json, vagrant ssh-config, SSH aliases and plain lists.
Workers are left out. Prints the answers to stdout, and what was left out to stderr.
"""


def _example(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    from tui_installer.store.example import example  # noqa: PLC0415 - only this command needs it

    sys.stdout.write(example())
    return ExitCode.OK


def _schema(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    from tui_installer.model.answers.schema import schema  # noqa: PLC0415 - only this command needs it

    print(json.dumps(schema(), indent=2))
    return ExitCode.OK


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="the list of hosts; - reads standard input"
    )


def _from(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions import host_lists  # noqa: PLC0415 - only this command needs it
    from tui_installer.front.text import host_list_text  # noqa: PLC0415
    from tui_installer.store.host_lists.read import FORMS  # noqa: PLC0415

    name = "standard input" if args.file == Path("-") else str(args.file)
    found = host_lists.from_file(_contents(args.file))
    remarks = tuple(host_list_text.remarks(found, name))
    hosts = [line.host for line in found.lines if line.complete and line.host]
    if not hosts:
        raise UsageError(
            f"no masters in {host_list_text.summary(found, name)}",
            details=remarks,
            hint=f"lists that are understood: {FORMS}",
        )
    sys.stdout.write(host_lists.answers_text(hosts))
    print(host_list_text.summary(found, name), *remarks, sep="\n", file=sys.stderr)
    for problem in host_lists.problems_of(hosts):
        print(f"still to do: {problem}", file=sys.stderr)
    return ExitCode.OK


def _contents(path: Path) -> bytes:
    """Raises UsageError if the file cannot be read."""
    from tui_installer.store.host_lists.read import MOST_CHARACTERS  # noqa: PLC0415

    try:
        if path == Path("-"):
            return sys.stdin.buffer.read(MOST_CHARACTERS)
        with path.open("rb") as file:
            return file.read(MOST_CHARACTERS)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


COMMAND = Command(
    name="answers",
    help="print an example answers file, the JSON schema, or answers from a list of hosts",
    commands=(
        Command(name="example", help="print a commented example file", run=_example),
        Command(name="schema", help="print the JSON schema", run=_schema),
        Command(
            name="from",
            help="print an answers file with the hosts of an inventory, table or other list",
            add_arguments=_add_file,
            run=_from,
            epilog=_FROM,
        ),
    ),
)

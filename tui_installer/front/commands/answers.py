"""`tui-installer answers`: an example answers file, or its JSON schema."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.command import Command

if TYPE_CHECKING:
    import argparse


def _example(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    from tui_installer.store.example import example  # noqa: PLC0415 - only this command needs it

    sys.stdout.write(example())
    return ExitCode.OK


def _schema(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    from tui_installer.model.answers.schema import schema  # noqa: PLC0415 - only this command needs it

    print(json.dumps(schema(), indent=2))
    return ExitCode.OK


COMMAND = Command(
    name="answers",
    help="print an example answers file, or the JSON schema of answers files",
    commands=(
        Command(name="example", help="print a commented example file", run=_example),
        Command(name="schema", help="print the JSON schema", run=_schema),
    ),
)

"""`tui-installer answers`: what a person starts an answers file from."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own commands."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    verbs.add_parser("example", help="print a commented file").set_defaults(run=_example)
    verbs.add_parser("schema", help="print the JSON schema").set_defaults(run=_schema)


def _example(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    from tui_installer.store.example import example  # noqa: PLC0415 - only this command needs it

    sys.stdout.write(example())
    return ExitCode.OK


def _schema(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    from tui_installer.model.schema import schema  # noqa: PLC0415 - only this command needs it

    print(json.dumps(schema(), indent=2))
    return ExitCode.OK

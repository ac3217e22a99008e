"""The commands beside the run itself. What a command needs is loaded once it is asked for."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tui_installer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = {
    "answers": "an example answers file, or its JSON schema",
    "attach": "show a run live, from its beginning; Ctrl-C only ends the watching",
    "stop": "stop a session's run at its next safe point",
    "sessions": "list, show, rename, move, encrypt, delete and recover sessions",
    "encryption": "rotate the key of Secrets at rest, and tell where that stands",
    "audit": "judge a running control plane by the CIS Kubernetes Benchmark",
    "lab": "throwaway systemd hosts on this machine, to rehearse on (needs root)",
}
"""Name → help. The module NAME_cli adds its arguments and sets ``run``."""


class _Parser(argparse.ArgumentParser):
    """module: adds the arguments when there is something to parse: the wizard's start and other
    commands don't wait for it.
    """

    def __init__(self, *, module: str = "", **rest: Any) -> None:
        super().__init__(allow_abbrev=False, **rest)
        self._module = module

    def parse_known_args(self, *args: Any, **rest: Any) -> Any:
        if self._module:
            import_module(f"tui_installer.front.{self._module}").add_arguments(self)
            self._module = ""
        return super().parse_known_args(*args, **rest)


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Adds every command."""
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, told in _COMMANDS.items():
        commands.add_parser(name, module=f"{name}_cli", help=told)


def refuse_misplaced(argv: Sequence[str], command: str) -> None:
    """Raises UsageError for options of a run that stand before a command: it does not see them."""
    at = argv.index(command)
    for word in argv[:at]:
        option = word.partition("=")[0]
        if option.startswith("-") and option != "--session-dir":
            raise UsageError(
                f"{option} stands before the command {command}, where it has no effect",
                hint=f"{option} belongs after the command: "
                f"tui-installer {' '.join([*argv[at:], option])}",
            )

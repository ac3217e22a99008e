"""`tui-installer completion`: a shell's completion script for commands and options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.command import Command

if TYPE_CHECKING:
    import argparse

    from tui_installer.front.command import Parser

EPILOG = """\
bash: source <(tui-installer completion bash), in ~/.bashrc
zsh:  source <(tui-installer completion zsh), in ~/.zshrc after compinit
fish: tui-installer completion fish > ~/.config/fish/completions/tui-installer.fish
"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")


def _run(args: argparse.Namespace) -> ExitCode:
    import shtab  # noqa: PLC0415 - only this command needs it

    from tui_installer.front.command_line import whole  # noqa: PLC0415 - which loads this module

    parser = whole()
    _complete_files(parser)
    print(shtab.complete(parser, shell=args.shell))
    return ExitCode.OK


def _complete_files(parser: Parser) -> None:
    """Marks the arguments that are files or folders, in the way shtab reads it."""
    for action in parser.every_action():
        if action.type is Path:
            action.complete = "directory" if action.metavar == "DIR" else "file"  # type: ignore[attr-defined]


COMMAND = Command(
    name="completion",
    help="print a completion script for bash, zsh or fish",
    add_arguments=_add_arguments,
    run=_run,
    epilog=EPILOG,
)

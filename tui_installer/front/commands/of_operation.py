"""The options of a run: those that every operation has, and those that an operation declares."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.engine.core.operation import RunOption
from tui_installer.front import runs
from tui_installer.front.command import Command, Mode
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tui_installer.engine.core.operation import Operation
    from tui_installer.errors import ExitCode


def add(parser: argparse.ArgumentParser, operation: Operation) -> None:
    """Adds every option that a run of the operation takes."""
    options.add_run(parser)
    for option in _of(operation):
        _ADD[option](parser)


def modes(operation: Operation, *source: str) -> tuple[Mode, ...]:
    """Returns the modes --plan and --detach. source: the options that name the session."""
    flags = tuple(flag for option in _of(operation) for flag in option.flags)
    planned = tuple(
        flag for option in _of(operation) if option in _PLANNED for flag in option.flags
    )
    return (
        Mode("--plan", (*source, *options.PLAN, *planned)),
        Mode("--detach", (*source, *options.DETACH, *flags)),
    )


def command(operation: Operation, *, name: str, help: str) -> Command:  # noqa: A002 - as Command's
    """Returns the command that runs the operation on a session, its argument."""

    def add_arguments(parser: argparse.ArgumentParser) -> None:
        options.add_session(parser)
        add(parser, operation)

    return Command(
        name=name,
        help=help,
        add_arguments=add_arguments,
        run=partial(_run, operation),
        modes=modes(operation),
        epilog=f"May restart: {operation.restarts}.",
    )


def _run(operation: Operation, args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions.runs.check import check  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import sessions  # noqa: PLC0415

    session = sessions.named(args.name)
    return runs.start(operation, args, check(session.answers), session)


def _of(operation: Operation) -> tuple[RunOption, ...]:
    return tuple(option for option in RunOption if option in operation.options)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--verify", action="store_true", help="run every check, also when there is nothing to do"
    )


def _add_new_token(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-token",
        action="store_true",
        help="make a new bootstrap token, for example when the old one has expired",
    )


def _add_merge_kubeconfig(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--merge-kubeconfig",
        nargs="?",
        type=Path,
        const=Path(),
        metavar="FILE",
        help="also add the cluster to this kubeconfig (default: $KUBECONFIG or ~/.kube/config); "
        "entries of other clusters stay as they are",
    )
    parser.add_argument(
        "--use-context",
        action="store_true",
        help="with --merge-kubeconfig: make the new cluster kubectl's current context",
    )


_ADD: dict[RunOption, Callable[[argparse.ArgumentParser], None]] = {
    RunOption.VERIFY: _add_verify,
    RunOption.NEW_TOKEN: _add_new_token,
    RunOption.MERGE_KUBECONFIG: _add_merge_kubeconfig,
    RunOption.PASSPHRASE: options.add_passphrase,
}
_PLANNED = frozenset({RunOption.NEW_TOKEN})
"""Those that change the plan."""

"""Runs an operation without the wizard: its plan only, here, or in the background."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from tui_installer.errors import ExitCode
from tui_installer.front.text.style import Style

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from tui_installer.actions.runs import background
    from tui_installer.actions.runs.run_options import Options
    from tui_installer.engine.core.operation import Operation
    from tui_installer.model.run.events import Event
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


def start(
    operation: Operation, args: argparse.Namespace, spec: Spec, session: SessionFolder
) -> ExitCode:
    """Plans an operation, or runs it here or in the background. Raises InstallerError."""
    from tui_installer.actions.runs.run_options import require_taken  # noqa: PLC0415 - see `_plan`

    options = options_of(args)
    require_taken(operation, options)
    do = _plan if args.plan else _carry_out
    return do(operation, args, spec, session, options)


def _plan(
    operation: Operation,
    args: argparse.Namespace,
    spec: Spec,
    session: SessionFolder,
    options: Options,
) -> ExitCode:
    from tui_installer.actions.runs import run_operation  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415
    from tui_installer.front.text import show_plan  # noqa: PLC0415

    emit = front_of(args.output)
    found = stoppable(lambda _: run_operation.plan_only(operation, spec, session, options, emit))
    if args.output == "jsonl":
        sys.stdout.write(show_plan.plan_json(operation, found))
    else:
        sys.stdout.write(show_plan.plan_text(operation, found, Style.of(sys.stdout)))
    return ExitCode.OK


def _carry_out(
    operation: Operation,
    args: argparse.Namespace,
    spec: Spec,
    session: SessionFolder,
    options: Options,
) -> ExitCode:
    """Locks the session and runs the operation."""
    from tui_installer.actions.runs import run_operation, session_run  # noqa: PLC0415 - see `_plan`
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415

    with session_run.locked(session, say) as lock:
        if "answers" in args and args.answers is not None:
            session_run.keep_answers(session, args.answers)
        if args.detach:
            from tui_installer.front import detach  # noqa: PLC0415

            return detach.detach(session, lock, _order(operation, args))
        emit = front_of(args.output)
        state = stoppable(
            lambda stop: run_operation.carry_out(operation, spec, session, options, emit, stop),
            _stopping,
        )
    return ExitCode(state.finish.exit_code) if state.finish else ExitCode.INTERNAL


def _stopping() -> None:
    say("stopping at the next safe point; Ctrl-C again stops at once")


def say(text: str) -> None:
    """Prints a message to stderr."""
    print(text, file=sys.stderr, flush=True)


def options_of(args: argparse.Namespace) -> Options:
    """Returns the run's options: arguments by name, defaults for those that the command lacks."""
    from tui_installer.actions.runs.run_options import Options  # noqa: PLC0415 - --help needs none
    from tui_installer.front.ask import ask, can_ask  # noqa: PLC0415
    from tui_installer.model.spec import SecretRef  # noqa: PLC0415

    given = _by_name(args, Options)
    if "passphrase_file" in args:
        given["passphrase"] = SecretRef(args.passphrase_file, args.passphrase_env)
    return Options(**given, ask=ask if can_ask() else None)


def _order(operation: Operation, args: argparse.Namespace) -> background.Order:
    """Returns the same for the background process, whose working folder may differ."""
    from tui_installer.actions.runs import background  # noqa: PLC0415 - --help needs none of it

    given = _by_name(args, background.Order)
    if file := given.get("passphrase_file"):
        given["passphrase_file"] = file.absolute()
    return background.Order(
        operation=operation.name, **{name: _plain(value) for name, value in given.items()}
    )


def _plain(value: Any) -> Any:
    """Paths as text."""
    if isinstance(value, tuple):
        return tuple(map(str, value))
    return value if isinstance(value, bool) else str(value or "")


def _by_name(args: argparse.Namespace, target: type) -> dict[str, Any]:
    names = (field.name for field in fields(target))
    given = {name: getattr(args, name) for name in names if name in args}
    if "merge_kubeconfig" in given:
        given["merge_kubeconfig"] = _own_kubeconfigs(args.merge_kubeconfig)
    return given


def _own_kubeconfigs(named: Path | None) -> tuple[Path, ...]:
    """Raises UsageError."""
    if named is None:
        return ()
    from tui_installer.actions.runs import own_kubeconfig  # noqa: PLC0415 - --help needs none of it

    return own_kubeconfig.paths(named, os.environ)


def front_of(output: str) -> Callable[[Event], None]:
    if output == "jsonl":
        from tui_installer.front.text.jsonl import jsonl  # noqa: PLC0415 - only this output needs it

        return jsonl
    from tui_installer.front.text.plain import Plain  # noqa: PLC0415 - only this output needs it

    return Plain()

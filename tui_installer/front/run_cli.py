"""`tui-installer` without a command: the wizard, or a run from answers or from a session."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode, UsageError
from tui_installer.front.sessions_cli import add_passphrase
from tui_installer.front.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.actions import background
    from tui_installer.actions.run_options import Options
    from tui_installer.engine.operation import Operation
    from tui_installer.model.events import Event
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All that a run can be told."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--answers", type=Path, metavar="FILE", help="install as this file says")
    source.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="NAME",
        help="go on with a session (default: the one changed last)",
    )
    source.add_argument("--background", help=argparse.SUPPRESS)
    parser.add_argument("--lock", type=int, help=argparse.SUPPRESS)
    parser.add_argument(
        "--interactive",
        action="store_true",
        help="open the wizard with these answers, at the first page that leaves something open",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="validate the answers and stop")
    mode.add_argument(
        "--plan",
        action="store_true",
        help="show what would be done on each host, with diffs; change nothing",
    )
    mode.add_argument(
        "--verify", action="store_true", help="run every check, also when there is nothing to do"
    )
    parser.add_argument(
        "--detach",
        action="store_true",
        help="run in the background once the plan is made; `tui-installer attach` shows it",
    )
    parser.add_argument(
        "--output",
        choices=("plain", "jsonl"),
        default="plain",
        help="plain text, or events as JSON lines (default: %(default)s)",
    )
    parser.add_argument(
        "--accept-new-host-keys",
        action="store_true",
        help="trust hosts that no known_hosts file knows yet",
    )
    parser.add_argument(
        "--new-token",
        action="store_true",
        help="make another bootstrap token, as when the old one has expired",
    )
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
    parser.add_argument(
        "--break-lock",
        action="store_true",
        help="take the hosts from another run that has them, if you know that it is dead",
    )
    add_passphrase(parser)
    parser.set_defaults(run=run)


HONOURED = {
    "the wizard": (),
    "--check": (),
    "--plan": ("output", "accept_new_host_keys", "new_token"),
    "--detach": (
        "verify",
        "accept_new_host_keys",
        "new_token",
        "merge_kubeconfig",
        "break_lock",
        "passphrase_file",
        "passphrase_env",
    ),
}
"""Mode → what it goes by beside the answers; everything else is refused there, never dropped."""
_OPTIONS = {
    "check": False,
    "plan": False,
    "verify": False,
    "detach": False,
    "output": "plain",
    "accept_new_host_keys": False,
    "new_token": False,
    "merge_kubeconfig": None,
    "break_lock": False,
    "passphrase_file": None,
    "passphrase_env": "",
}
"""Option → its value where it is not given."""


def refuse_unused(args: argparse.Namespace, mode: str) -> None:
    """Raises UsageError for an option that the mode does not honour."""
    honoured = (*HONOURED[mode], mode.lstrip("-"))
    for name, absent in _OPTIONS.items():
        if name not in honoured and getattr(args, name, absent) != absent:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} has no effect in {mode}"
                if mode == "the wizard"
                else f"{option} has no effect together with {mode}",
                hint=f"leave {option} out; or name an answers file by --answers or a session by "
                "--resume, and leave --interactive out"
                if mode == "the wizard"
                else f"leave out {option} or {mode}",
            )


def run(args: argparse.Namespace) -> ExitCode:
    """Raises InstallerError."""
    if args.background is not None:
        return _background(args)
    if args.interactive or (args.answers is None and args.resume is None):
        return _wizard(args)
    for mode in ("check", "plan", "detach"):
        if getattr(args, mode):
            refuse_unused(args, f"--{mode}")
    from tui_installer.actions.check import check  # noqa: PLC0415 - --help needs none of it
    from tui_installer.engine import operations  # noqa: PLC0415
    from tui_installer.store import sessions  # noqa: PLC0415

    operation = operations.INSTALL
    if args.resume is not None:
        session = sessions.named(args.resume)
        spec = check(session.answers)
        operation = operations.to_resume(session)
    else:
        spec = check(args.answers)
        session = sessions.at(spec.name)
    if args.check:
        print(
            f"{args.answers or session.answers}: ok: Kubernetes {spec.version}, "
            f"cluster {spec.name}, {len(spec.hosts)} hosts"
        )
        return ExitCode.OK
    if operation is not operations.INSTALL:
        _say(f"going on with what was cut in this session: {operation.title}")
    return start(operation, args, spec, session)


def _wizard(args: argparse.Namespace) -> ExitCode:
    refuse_unused(args, "the wizard")
    from tui_installer.front.tui.main import run as wizard  # noqa: PLC0415 - only it needs textual

    return ExitCode(wizard(args.answers, args.resume))


def _background(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions import ordered  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415
    from tui_installer.store import session_lock, sessions  # noqa: PLC0415

    with session_lock.SessionLock.given(args.lock) as lock:
        lock.say(session_lock.RUN)
        session = sessions.at(args.background)
        return stoppable(lambda stop: ordered.run(session, stop))


def start(
    operation: Operation, args: argparse.Namespace, spec: Spec, session: SessionFolder
) -> ExitCode:
    """Plans an operation, or runs it here or in the background. Raises InstallerError."""
    from tui_installer.actions.run_options import require_taken  # noqa: PLC0415 - see `run`

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
    from tui_installer.actions import run_operation  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front import show_plan  # noqa: PLC0415
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415

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
    """With the session locked."""
    from tui_installer.actions import run_operation, session_run  # noqa: PLC0415 - see `run`
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415

    with session_run.locked(session, _say) as lock:
        if args.answers is not None:
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
    _say("stopping at the next safe point; Ctrl-C again stops at once")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def options_of(args: argparse.Namespace) -> Options:
    from tui_installer.actions.run_options import Options  # noqa: PLC0415 - --help needs none
    from tui_installer.front.ask import ask, can_ask  # noqa: PLC0415
    from tui_installer.model.spec import SecretRef  # noqa: PLC0415

    return Options(
        accept_new_host_keys=args.accept_new_host_keys,
        verify=args.verify,
        new_token=args.new_token,
        merge_kubeconfig=_own_kubeconfigs(args),
        use_context=args.use_context,
        break_lock=args.break_lock,
        ask=ask if can_ask() else None,
        passphrase=SecretRef(args.passphrase_file, args.passphrase_env),
    )


def _order(operation: Operation, args: argparse.Namespace) -> background.Order:
    from tui_installer.actions import background  # noqa: PLC0415 - --help needs none of it

    return background.Order(
        operation=operation.name,
        verify=args.verify,
        accept_new_host_keys=args.accept_new_host_keys,
        new_token=args.new_token,
        break_lock=args.break_lock,
        merge_kubeconfig=tuple(map(str, _own_kubeconfigs(args))),
        use_context=args.use_context,
        passphrase_file=str(args.passphrase_file.absolute()) if args.passphrase_file else "",
        passphrase_env=args.passphrase_env,
    )


def _own_kubeconfigs(args: argparse.Namespace) -> tuple[Path, ...]:
    """Raises UsageError."""
    if args.merge_kubeconfig is None:
        if args.use_context:
            raise UsageError(
                "--use-context changes a kubeconfig, and none was named",
                hint="add --merge-kubeconfig [FILE]",
            )
        return ()
    from tui_installer.actions import own_kubeconfig  # noqa: PLC0415 - --help needs none of it

    return own_kubeconfig.paths(args.merge_kubeconfig, os.environ)


def front_of(output: str) -> Callable[[Event], None]:
    if output == "jsonl":
        from tui_installer.front.jsonl import jsonl  # noqa: PLC0415 - only this output needs it

        return jsonl
    from tui_installer.front.plain import Plain  # noqa: PLC0415 - only this output needs it

    return Plain()

"""The command line: arguments to front ends. The composition root, and the only sys.exit."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tui_installer import __version__
from tui_installer.errors import ExitCode, InstallerError, UsageError
from tui_installer.front import lab_cli
from tui_installer.front.card import error_text
from tui_installer.front.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from tui_installer.model.spec import Spec

T = TypeVar("T")
EPILOG = """\
exit codes: 0 ok, 1 a step failed, 2 usage or answers, 3 connection, authentication or host key,
4 internal error, 130 interrupted
"""


def main(argv: Sequence[str] | None = None) -> None:
    """The console script."""
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """The exit code of one command line. Raises SystemExit only for usage and --help."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal of another encoding ends no run
    args = _parser().parse_args(argv)
    style = Style.of(sys.stderr)
    try:
        code: ExitCode = args.run(args)
        sys.stdout.flush()
    except InstallerError as error:
        print(error_text(error, style), file=sys.stderr)
        return int(error.code)
    except KeyboardInterrupt:
        print("interrupted; run the same command again to go on", file=sys.stderr)
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader of stdout went away: say nothing more to it, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback for a person
        return _internal(error, style)
    return int(code)


def _internal(error: Exception, style: Style) -> int:
    if os.environ.get("TUI_INSTALLER_DEBUG"):
        raise error
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "unknown"
    told = InstallerError(
        f"internal error: {type(error).__name__}",
        details=(f"at {where}",),
        hint="this is a bug; TUI_INSTALLER_DEBUG=1 shows more (it may show secrets: look first)",
    )
    print(error_text(told, style), file=sys.stderr)
    return int(ExitCode.INTERNAL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tui-installer",
        description="Installs a Kubernetes control plane from release binaries over SSH.\n"
        "Without arguments it opens the wizard.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--answers", type=Path, metavar="FILE", help="install as this file says")
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
        const=Path("~/.kube/config"),
        metavar="FILE",
        help="also add the cluster to this kubeconfig (default: ~/.kube/config)",
    )
    parser.set_defaults(run=_run)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_answers(commands)
    lab_cli.add_parser(commands)
    return parser


def _add_answers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("answers", help="an example answers file, or its JSON schema")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    verbs.add_parser("example", help="print a commented file").set_defaults(run=_example)
    verbs.add_parser("schema", help="print the JSON schema").set_defaults(run=_schema)


def _example(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    from tui_installer.store.example import example  # noqa: PLC0415 - only this command needs it

    sys.stdout.write(example())
    return ExitCode.OK


def _schema(args: argparse.Namespace) -> ExitCode:  # noqa: ARG001 - every command takes them
    import json  # noqa: PLC0415 - only this command needs it

    from tui_installer.model.schema import schema  # noqa: PLC0415 - only this command needs it

    print(json.dumps(schema(), indent=2))
    return ExitCode.OK


def _run(args: argparse.Namespace) -> ExitCode:
    if args.interactive or args.answers is None:
        return _wizard(args)
    from tui_installer.actions.check import check  # noqa: PLC0415 - --help needs none of it

    spec = check(args.answers)
    if args.check:
        print(
            f"{args.answers}: ok: Kubernetes {spec.version}, cluster {spec.name}, "
            f"{len(spec.hosts)} hosts"
        )
        return ExitCode.OK
    return _install(args, spec)


def _wizard(args: argparse.Namespace) -> ExitCode:
    if args.check or args.plan or args.verify:
        raise UsageError(
            "--check, --plan and --verify are for a run without the wizard",
            hint="name an answers file by --answers, and leave --interactive out",
        )
    from tui_installer.front.tui.main import run as wizard  # noqa: PLC0415 - only it needs textual

    return ExitCode(wizard(args.answers))


def _install(args: argparse.Namespace, spec: Spec) -> ExitCode:
    from tui_installer.actions import install  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front.ask import ask, can_ask  # noqa: PLC0415

    options = install.Options(
        accept_new_host_keys=args.accept_new_host_keys,
        verify=args.verify,
        new_token=args.new_token,
        merge_kubeconfig=args.merge_kubeconfig,
        ask=ask if can_ask() else None,
    )
    emit = _front(args.output)
    if args.plan:
        from tui_installer.front import show_plan  # noqa: PLC0415 - only this mode needs it

        plan = _go(install.plan_only(spec, options, emit))
        style = Style.of(sys.stdout)
        told = (
            show_plan.plan_json(plan)
            if args.output == "jsonl"
            else show_plan.plan_text(plan, style)
        )
        sys.stdout.write(told)
        return ExitCode.OK
    state = _go(install.install(spec, options, emit))
    return ExitCode(state.finish.exit_code) if state.finish else ExitCode.INTERNAL


def _go(work: Coroutine[Any, Any, T]) -> T:
    """Runs it; each of these signals stops it in order, also where a shell had it ignored."""
    import asyncio  # noqa: PLC0415 - only a run needs it

    async def stoppable() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs is in a task
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await work

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _front(output: str) -> Callable[..., None]:
    if output == "jsonl":
        from tui_installer.front.jsonl import jsonl  # noqa: PLC0415 - only this output needs it

        return jsonl
    from tui_installer.front.plain import Plain  # noqa: PLC0415 - only this output needs it

    return Plain()

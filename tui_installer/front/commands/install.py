"""`tui-installer install`, and the same without its name: the wizard, or a run without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.command import Command, Mode
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse

EPILOG = """\
`tui-installer --answers FILE …` and `tui-installer --resume …` mean the same without `install`.
Without --answers and --resume the wizard opens.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All options of an installation."""
    options.add_source(parser, "answers", "resume")
    parser.add_argument(
        "--interactive",
        action="store_true",
        help="open the wizard with these answers, at the first page that needs input",
    )
    parser.add_argument("--check", action="store_true", help="validate the answers and stop")
    options.add_run(parser)
    parser.add_argument(
        "--verify", action="store_true", help="run every check, also when there is nothing to do"
    )
    parser.add_argument(
        "--new-token",
        action="store_true",
        help="make a new bootstrap token, for example when the old one has expired",
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
    options.add_passphrase(parser)


def opens_wizard(args: argparse.Namespace) -> bool:
    """Whether the wizard is asked for."""
    return args.interactive or (args.answers is None and args.resume is None)


def run(args: argparse.Namespace) -> ExitCode:
    """Raises InstallerError."""
    if opens_wizard(args):
        from tui_installer.front.tui.main import run as wizard  # noqa: PLC0415 - needs textual

        return ExitCode(wizard(args.answers, args.resume))
    from tui_installer.actions.check import check  # noqa: PLC0415 - --help needs none of it
    from tui_installer.engine import operations  # noqa: PLC0415
    from tui_installer.front import runs  # noqa: PLC0415
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
        runs.say(f"continuing what was interrupted in this session: {operation.title}")
    return runs.start(operation, args, spec, session)


SOURCE = ("--answers", "--resume")
COMMAND = Command(
    name="install",
    help="install a control plane, from answers or from a session; the default command",
    add_arguments=add_arguments,
    run=run,
    modes=(
        Mode(
            "the wizard",
            (*SOURCE, "--interactive"),
            chosen=opens_wizard,
            hint="leave it out, or run without the wizard: with --answers FILE or --resume, and "
            "without --interactive",
        ),
        Mode("--check", SOURCE),
        Mode("--plan", (*SOURCE, *options.PLAN, "--new-token")),
        Mode(
            "--detach",
            (
                *SOURCE,
                *options.DETACH,
                "--verify",
                "--new-token",
                "--merge-kubeconfig",
                "--use-context",
                "--passphrase-file",
                "--passphrase-env",
            ),
        ),
    ),
    needs={"--use-context": "--merge-kubeconfig"},
    epilog=EPILOG,
)

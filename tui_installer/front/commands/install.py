"""`tui-installer install`, and the same without its name: the wizard, or a run without it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui_installer.engine.operations import INSTALL, to_resume
from tui_installer.errors import ExitCode
from tui_installer.front.command import Command, Mode
from tui_installer.front.commands import of_operation, options

if TYPE_CHECKING:
    import argparse

    from tui_installer.model.spec import Spec

EPILOG = """\
`tui-installer …` without `install` means the same, but for one thing: `tui-installer --resume …`
continues another operation that was interrupted in the session, such as a rotation of the
encryption key. Without --answers and --resume the wizard opens.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of an installation."""
    options.add_source(parser, "answers", "resume")
    parser.add_argument(
        "--interactive",
        action="store_true",
        help="open the wizard with these answers, at the first page that needs input",
    )
    parser.add_argument("--check", action="store_true", help="validate the answers and stop")
    of_operation.add(parser, INSTALL)


def opens_wizard(args: argparse.Namespace) -> bool:
    """Returns whether these options open the wizard."""
    return args.interactive or (args.answers is None and args.resume is None)


def run(args: argparse.Namespace) -> ExitCode:
    """Raises InstallerError."""
    if opens_wizard(args):
        from tui_installer.front.tui.main import run as wizard  # noqa: PLC0415 - needs textual

        accept_new: bool = args.accept_new_host_keys
        return ExitCode(wizard(args.answers, args.resume, accept_new=accept_new))
    from tui_installer.actions.runs.check import check  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front import runs  # noqa: PLC0415
    from tui_installer.store import sessions  # noqa: PLC0415

    operation = INSTALL
    if args.resume is not None:
        session = sessions.named(args.resume)
        spec = check(session.answers)
        if not args.named:
            operation = to_resume(session)
    else:
        spec = check(args.answers)
        session = sessions.at(spec.name)
    if args.check:
        print(
            f"{args.answers or session.answers}: ok: Kubernetes {spec.version}, "
            f"cluster {spec.name}, {len(spec.hosts)} hosts"
        )
        _show_logins(spec)
        return ExitCode.OK
    if operation is not INSTALL:
        name = session.root.name
        runs.say(
            f"continuing what was interrupted in this session: {operation.title}\n"
            f"  to install instead: tui-installer install --resume {name}"
        )
    return runs.start(operation, args, spec, session)


def _show_logins(spec: Spec) -> None:
    """Raises InstallerError for a mistake in ssh_config."""
    from tui_installer.engine.hosts.logins import settled_spec  # noqa: PLC0415 - see `run`
    from tui_installer.front import event_loop  # noqa: PLC0415
    from tui_installer.model import login_lines  # noqa: PLC0415

    for host in event_loop.run(settled_spec(spec, os.environ)).hosts:
        first, *others = login_lines.lines(host.ssh)
        print(f"  {host.name}: {first}", *(f"    {line}" for line in others), sep="\n")


SOURCE = ("--answers", "--resume")
COMMAND = Command(
    name="install",
    help="install a control plane, from answers or from a session; the default command",
    add_arguments=add_arguments,
    run=run,
    modes=(
        Mode(
            "the wizard",
            (*SOURCE, "--interactive", "--accept-new-host-keys"),
            chosen=opens_wizard,
            hint="leave it out, or run without the wizard: with --answers FILE or --resume, and "
            "without --interactive",
        ),
        Mode("--check", SOURCE),
        *of_operation.modes(INSTALL, *SOURCE),
    ),
    needs={"--use-context": "--merge-kubeconfig"},
    epilog=EPILOG,
)

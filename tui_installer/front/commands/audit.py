"""`tui-installer audit`: checks a running control plane against the CIS benchmark."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.command import Command
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse

    from tui_installer.model.spec import Spec

EPILOG = """\
The hosts are only read. The control plane may have been installed by another program. Of the
answers, only hosts and ssh are used.
exit codes: 0 nothing fails, 1 a control fails, 2 usage, 3 connection, authentication or host key
"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_source(parser, "answers", "resume", "hosts", required=True)
    options.add_output(parser, "json")
    options.add_accept_new_host_keys(parser)


def _run(args: argparse.Namespace) -> ExitCode:
    """Raises InstallerError."""
    import asyncio  # noqa: PLC0415 - --help needs none of it

    from tui_installer.actions.audit import audit  # noqa: PLC0415
    from tui_installer.front.sessions_moves import credentials  # noqa: PLC0415
    from tui_installer.front.text import audit_text  # noqa: PLC0415
    from tui_installer.front.text.style import Style  # noqa: PLC0415
    from tui_installer.model.audit import Result  # noqa: PLC0415

    found = asyncio.run(
        audit(
            _logins(args),
            credentials(),
            accept_new=args.accept_new_host_keys,
            by_address=args.hosts is not None,
        )
    )
    if args.output == "json":
        sys.stdout.write(audit_text.as_json(found))
    else:
        sys.stdout.write(audit_text.as_text(found, Style.of(sys.stdout)))
    return ExitCode.STEP_FAILED if found.count(Result.FAIL) else ExitCode.OK


def _logins(args: argparse.Namespace) -> Spec:
    from tui_installer.actions.sessions import logins  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import answers_file, sessions  # noqa: PLC0415

    if args.hosts is not None:
        return logins.logins(logins.of_addresses(args.hosts), Path.cwd())
    file = args.answers
    if file is None:
        file = sessions.named(args.resume or "").answers
    loaded = answers_file.load(file)
    return logins.logins(loaded.answers, loaded.folder)


COMMAND = Command(
    name="audit",
    help="check a running control plane against the CIS Kubernetes Benchmark",
    add_arguments=_add_arguments,
    run=_run,
    epilog=EPILOG,
)

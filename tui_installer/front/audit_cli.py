"""`tui-installer audit`: a running control plane, judged by the controls of a benchmark."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.sessions_cli import HOSTS

if TYPE_CHECKING:
    from tui_installer.model.spec import Spec

EPILOG = """\
The hosts are only read, and need not be made by this program: what runs there counts.
exit codes: 0 nothing fails, 1 a control fails, 2 usage, 3 connection, authentication or host key
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All that `audit` can be told."""
    parser.epilog, parser.formatter_class = EPILOG, argparse.RawDescriptionHelpFormatter
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--answers",
        type=Path,
        metavar="FILE",
        help="answers whose hosts and ssh blocks say how to log in",
    )
    source.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="NAME",
        help="the hosts of a session (default: the one changed last)",
    )
    source.add_argument(
        "--hosts", metavar=HOSTS, help="hosts by address; SSH as root unless a user is named"
    )
    parser.add_argument(
        "--output", choices=("plain", "json"), default="plain", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--accept-new-host-keys",
        action="store_true",
        help="trust hosts that no known_hosts file knows yet",
    )
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> ExitCode:
    """Raises InstallerError."""
    from tui_installer.actions.audit import audit  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front import audit_text  # noqa: PLC0415
    from tui_installer.front.sessions_moves import credentials  # noqa: PLC0415
    from tui_installer.front.style import Style  # noqa: PLC0415
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
    from tui_installer.actions import logins  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import answers_file, sessions  # noqa: PLC0415

    if args.hosts is not None:
        return logins.logins(logins.of_addresses(args.hosts), Path.cwd())
    file = args.answers
    if file is None:
        file = sessions.named(args.resume or "").answers
    loaded = answers_file.load(file)
    return logins.logins(loaded.answers, loaded.folder)

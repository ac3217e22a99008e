"""`tui-installer encryption`: rotate the key of Secrets at rest, and tell where that stands."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front import run_cli

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tui_installer.actions.encryption import HostKeys, Status
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own commands."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    rotate = verbs.add_parser(
        "rotate", help="give all masters a new key, write every Secret with it, remove the old one"
    )
    rotate.add_argument(
        "--plan", action="store_true", help="show what would be done; change nothing"
    )
    rotate.add_argument("--output", choices=("plain", "jsonl"), default="plain")
    rotate.add_argument("--break-lock", action="store_true", help="as for a run")
    rotate.set_defaults(run=_rotate)
    status = verbs.add_parser("status", help="which keys the session, the hosts and etcd have")
    status.add_argument("--output", choices=("plain", "json"), default="plain")
    status.set_defaults(run=_status)
    for one in (rotate, status):
        one.add_argument(
            "name", nargs="?", default="", help="the session (default: the one changed last)"
        )
        one.add_argument("--accept-new-host-keys", action="store_true", help="as for a run")


def _of(args: argparse.Namespace) -> tuple[Spec, SessionFolder]:
    from tui_installer.actions.check import check  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import sessions  # noqa: PLC0415

    session = sessions.named(args.name)
    return check(session.answers), session


def _rotate(args: argparse.Namespace) -> ExitCode:
    from tui_installer.engine.operations import ROTATE_ENCRYPTION  # noqa: PLC0415 - see `_status`

    if args.plan:
        run_cli.refuse_unused(args, "--plan")
    return run_cli.start(ROTATE_ENCRYPTION, args, *_of(args))


def _status(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions import encryption  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415

    spec, session = _of(args)
    options = run_cli.options_of(args)
    found = stoppable(lambda _: encryption.status(spec, session, options))
    if args.output == "json":
        print(json.dumps({"schema": 1, **asdict(found)}))
    else:
        sys.stdout.write("\n".join(_text(found, session.root.name)) + "\n")
    return ExitCode.OK


def _text(found: Status, name: str) -> Iterator[str]:
    newest, *older = found.keys
    if older:
        yield f"{newest} is replacing {older[0]}: tui-installer encryption rotate {name} goes on"
    else:
        yield f"{newest} is the only key"
    width = max(len(host.host) for host in found.hosts)
    yield from (f"{host.host:<{width}}  {_host(host)}" for host in found.hosts)
    if found.secrets is None:
        yield "Secrets: in an external etcd, which is not looked into"
    else:
        counts = (f"{number} with {key}" for key, number in found.secrets.items())
        yield f"Secrets in etcd: {', '.join(counts) or 'none'}"


def _host(host: HostKeys) -> str:
    if not host.keys:
        return "has no key yet"
    first, *others = host.keys
    told = f"{first} writes" + (f", {others[0]} can be read" if others else "")
    return told + ("" if host.loaded else "; its API server has not been restarted since")

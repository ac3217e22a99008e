"""`tui-installer encryption`: rotates the key of Secrets at rest, and shows which keys are used."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front import runs
from tui_installer.front.command import Command, Mode
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tui_installer.actions.encryption import HostKeys, Status
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


def _of(args: argparse.Namespace) -> tuple[Spec, SessionFolder]:
    from tui_installer.actions.check import check  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import sessions  # noqa: PLC0415

    session = sessions.named(args.name)
    return check(session.answers), session


def _rotate(args: argparse.Namespace) -> ExitCode:
    from tui_installer.engine.operations import ROTATE_ENCRYPTION  # noqa: PLC0415 - see `_status`

    return runs.start(ROTATE_ENCRYPTION, args, *_of(args))


def _add_rotate(parser: argparse.ArgumentParser) -> None:
    options.add_session(parser)
    options.add_run(parser)


def _add_status(parser: argparse.ArgumentParser) -> None:
    options.add_session(parser)
    options.add_output(parser, "json")
    options.add_accept_new_host_keys(parser)


def _status(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions import encryption  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415

    spec, session = _of(args)
    found = stoppable(lambda _: encryption.status(spec, session, runs.options_of(args)))
    if args.output == "json":
        print(json.dumps({"schema": 1, **asdict(found)}))
    else:
        sys.stdout.write("\n".join(_text(found, session.root.name)) + "\n")
    return ExitCode.OK


def _text(found: Status, name: str) -> Iterator[str]:
    newest, *older = found.keys
    if older:
        yield (
            f"{newest} is replacing {older[0]}; to continue: tui-installer encryption rotate {name}"
        )
    else:
        yield f"{newest} is the only key"
    width = max(len(host.host) for host in found.hosts)
    yield from (f"{host.host:<{width}}  {_host(host)}" for host in found.hosts)
    if found.secrets is None:
        yield "Secrets: in an external etcd, which is not read"
    else:
        counts = (f"{number} with {key}" for key, number in found.secrets.items())
        yield f"Secrets in etcd: {', '.join(counts) or 'none'}"


def _host(host: HostKeys) -> str:
    if not host.keys:
        return "has no key yet"
    first, *others = host.keys
    text = f"encrypts with {first}" + (f", can decrypt with {others[0]}" if others else "")
    return text + ("" if host.loaded else "; its API server has not been restarted since")


COMMAND = Command(
    name="encryption",
    help="rotate the key of Secrets at rest, or show which keys are in use",
    commands=(
        Command(
            name="rotate",
            help="give all masters a new key, rewrite every Secret with it, remove the old key",
            add_arguments=_add_rotate,
            run=_rotate,
            modes=(Mode("--plan", options.PLAN), Mode("--detach", options.DETACH)),
        ),
        Command(
            name="status",
            help="show which keys the session, the hosts and etcd have",
            add_arguments=_add_status,
            run=_status,
        ),
    ),
)

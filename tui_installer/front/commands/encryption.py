"""`tui-installer encryption`: rotates the key of Secrets at rest, and shows which keys are used."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_installer.engine.operations import ROTATE_ENCRYPTION
from tui_installer.errors import ExitCode
from tui_installer.front import runs
from tui_installer.front.command import Command
from tui_installer.front.commands import of_operation, options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tui_installer.actions.runs.encryption import HostKeys, Status


def _add_status(parser: argparse.ArgumentParser) -> None:
    options.add_session(parser)
    options.add_output(parser, "json")
    options.add_accept_new_host_keys(parser)


def _status(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions.runs import encryption  # noqa: PLC0415 - --help needs none of it
    from tui_installer.actions.runs.check import check  # noqa: PLC0415
    from tui_installer.front.stoppable import stoppable  # noqa: PLC0415
    from tui_installer.store import sessions  # noqa: PLC0415

    session = sessions.named(args.name)
    spec = check(session.answers)
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
        of_operation.command(
            ROTATE_ENCRYPTION,
            name="rotate",
            help="give all masters a new key, rewrite every Secret with it, remove the old key",
        ),
        Command(
            name="status",
            help="show which keys the session, the hosts and etcd have",
            add_arguments=_add_status,
            run=_status,
        ),
    ),
)

"""`tui-installer sessions recover`: rebuilds a session and reports which keys are lost."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.actions.sessions import session_recover
from tui_installer.actions.sessions.logins import of_addresses
from tui_installer.errors import ExitCode
from tui_installer.front import event_loop
from tui_installer.front.sessions_commands import say
from tui_installer.front.sessions_moves import credentials
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.store import answers_file, paths

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def recover(args: argparse.Namespace) -> ExitCode:
    if args.answers is not None:
        loaded = answers_file.load(args.answers)
        given, folder = loaded.answers, loaded.folder
    else:
        given, folder = of_addresses(args.hosts), Path.cwd()
    policy = HostKeyPolicy(own=paths.own_known_hosts(), accept_new=args.accept_new_host_keys)
    work = session_recover.recover(given, folder, args.name, credentials(), policy)
    for line in _report(event_loop.run(work)):
        say(line)
    return ExitCode.OK


def _report(found: session_recover.Recovered) -> Iterator[str]:
    root = found.session.root
    yield f"the session {root.name} is rebuilt from its hosts: {root}"
    yield "not recovered, because these keys are never on a host:"
    for name, ends in found.lost.items():
        first = time.strftime("%Y-%m-%d", time.gmtime(ends)) if ends else "unknown"
        yield f"  the key of {name}; the first certificate that only it can renew expires {first}"
    yield (
        "the cluster keeps running, and runs of this session still fix it. From now on the "
        "signing CA issues administrators' certificates. Another master, another SAN or renewing "
        "a server certificate needs the lost key: copy it from a backup or an export into "
        f"{found.session.pki}; without it, plan a new cluster before that day"
    )
    for note in found.notes:
        yield f"  note: {note}"
    yield f"review {found.session.answers}, then: tui-installer --resume {root.name}"

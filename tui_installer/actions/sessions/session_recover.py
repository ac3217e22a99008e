"""Rebuilds a lost session from the masters of its cluster, which are only read."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.actions.sessions.logins import logins
from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.hosts.fleet import fleet
from tui_installer.engine.hosts.leftovers import read
from tui_installer.engine.recover import recover_keys, recover_token
from tui_installer.engine.recover.recover_answers import answers_of
from tui_installer.errors import ConnectionFailed, InstallerError, UsageError
from tui_installer.kubernetes.components import APISERVER
from tui_installer.pki.describe import describe
from tui_installer.store import answers_file, bundle, session_meta, sessions
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tui_installer.engine.hosts.leftovers import Left
    from tui_installer.model.answers.document import Answers
    from tui_installer.model.spec import Spec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.host import Host
    from tui_installer.remote.host_keys import HostKeyPolicy


@dataclass(frozen=True, slots=True)
class Recovered:
    """lost: CA → when the first certificate that nobody can renew expires, UNIX seconds.

    notes: what else could not be recovered, a sentence each.
    """

    session: SessionFolder
    lost: dict[str, int]
    notes: tuple[str, ...]


async def recover(
    given: Answers, folder: Path, name: str, credentials: Credentials, policy: HostKeyPolicy
) -> Recovered:
    """Rebuilds a session. given: its `hosts` and `ssh` say how to log in; paths relative to folder.

    name: of the new session, '' for its cluster's. Raises AnswersInvalid; UsageError if the hosts
    are not all masters of one cluster that this program installed; InstallerError.
    """
    spec = logins(given, folder)
    async with fleet(spec, credentials, policy, lambda *_: None) as connected:
        hosts = [connected.hosts[host.name] for host in spec.hosts]
        left = await asyncio.gather(*(read(host) for host in hosts))
        answers = await asyncio.to_thread(answers_of, given, left)
        target = _target(name or answers.cluster.name)
        with bundle.arriving(target) as made:
            return await _write(SessionFolder(made), target, answers, left, hosts)


def _target(name: str) -> Path:
    target = sessions.at(name).root
    if target.exists():
        raise UsageError(
            f"the session {name!r} already exists",
            hint=f"if it belongs to another cluster, choose another name: --as {name}-2",
        )
    return target


async def _write(
    session: SessionFolder, target: Path, answers: Answers, left: Sequence[Left], hosts: list[Host]
) -> Recovered:
    notes: list[str] = []
    spec, lost = await asyncio.to_thread(_write_keys, session, answers, left)
    joining = await _token(session, spec, hosts)
    if joining is None:
        notes.append("the API server does not answer: a later run makes a new bootstrap token")
    elif joining and answers.token.mode == "csv":
        answers.token.mode = "both"
        await asyncio.to_thread(answers_file.save, session.answers, answers)
    notes += await asyncio.to_thread(_make_operators, session)
    return Recovered(SessionFolder(target), _ends(session, lost), tuple(notes))


def _write_keys(
    session: SessionFolder, answers: Answers, left: Sequence[Left]
) -> tuple[Spec, tuple[str, ...]]:
    session_meta.prepare(session.root)
    answers_file.save(session.answers, answers)
    spec = answers_file.resolve_file(session.answers)
    found = {one.flags(APISERVER)["advertise-address"]: one for one in left}
    return spec, recover_keys.write(session, spec, found)


async def _token(session: SessionFolder, spec: Spec, hosts: list[Host]) -> bool | None:
    """Recovers the token from the first host whose API server answers; None if none does."""
    first = spec.first_master
    for host in hosts:
        try:
            found = await recover_token.recover(host, session, first.name)
        except (ConnectionFailed, OSError):
            continue
        if found is not None:
            return found
    return None


def _make_operators(session: SessionFolder) -> tuple[str, ...]:
    """Issues administrators' certificates by the signing CA; returns what a run would refuse."""
    now = time.time()
    try:
        Authority.load(answers_file.resolve_file(session.answers), session, now).make(now)
    except InstallerError as error:
        return (error.message, *error.details)
    return ()


def _ends(session: SessionFolder, lost: Sequence[str]) -> dict[str, int]:
    ends = dict.fromkeys(lost, 0)
    cas = {describe(session.cert_path(name).read_bytes()).subject: name for name in lost}
    for path in session.pki.rglob("*.pem"):
        if not path.name.endswith("-key.pem") and path.stem not in lost:
            info = describe(path.read_bytes())
            if name := cas.get(info.issuer):
                ends[name] = min(ends[name] or info.not_after, info.not_after)
    return ends

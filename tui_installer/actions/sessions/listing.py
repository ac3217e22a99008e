"""The sessions of this machine as a list: the cluster and the state of each."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.actions.sessions import drafts
from tui_installer.engine.operations import INSTALL, to_resume
from tui_installer.errors import InstallerError
from tui_installer.store import paths, session_lock, session_meta, sessions, trust
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.store.session_lock import Holder

NOT_RUN = "not run yet"
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One session. cluster: the name in its answers. changed: UNIX seconds.

    outcome: of its last run: ``verified``, NOT_RUN, RUNNING, ``stopped (exit 1)``; or
    ``cut: encryption-rotate`` for an operation that resuming the session continues.
    holder: the process that uses it now. trouble: why it can't be used, '' if it can.
    """

    name: str
    file: Path
    cluster: str
    hosts: int
    changed: float
    outcome: str
    holder: Holder | None = None
    trouble: str = ""

    @property
    def title(self) -> str:
        """Its name; its cluster's while its own is only a timestamp."""
        return self.cluster if sessions.AUTO.fullmatch(self.name) else self.name


def summaries() -> list[SessionSummary]:
    """Returns all sessions, the newest first. Blocking. Raises UsageError."""
    found = [summary(name) for name in sessions.names()]
    return sorted(found, key=lambda session: -session.changed)


def summary(name: str) -> SessionSummary:
    """Returns the session of that name. Raises nothing: errors are in its `trouble`."""
    folder = SessionFolder(paths.session_folder(name))
    trouble = ""
    try:
        trust.require(folder.root)
        session_meta.check(folder.root)
        data = drafts.read(folder.answers)
    except InstallerError as error:
        data, trouble = {}, error.message
    hosts, cluster = data.get("hosts"), data.get("cluster")
    given = cluster.get("name") if isinstance(cluster, dict) else None
    holder = session_lock.holder(folder.root)
    return SessionSummary(
        name=name,
        file=folder.answers,
        cluster=given if isinstance(given, str) and given else str(drafts.default("cluster.name")),
        hosts=len(hosts) if isinstance(hosts, list) else 0,
        changed=sessions.changed(folder.root),
        outcome=RUNNING if holder and holder.what == session_lock.RUN else _outcome(folder),
        holder=holder,
        trouble=trouble,
    )


def _outcome(session: SessionFolder) -> str:
    with contextlib.suppress(InstallerError):  # reported as the session's trouble
        if (operation := to_resume(session)) is not INSTALL:
            return f"cut: {operation.name}"
    code = result(session).get("exit_code")
    if not isinstance(code, int):
        return NOT_RUN
    return "verified" if code == 0 else f"stopped (exit {code})"


def result(session: SessionFolder) -> dict[str, Any]:
    """Returns result.json of the last run; {} if it is missing or cannot be read."""
    try:
        found = json.loads(session.result.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

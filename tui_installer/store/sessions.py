"""Finds, creates and renames the sessions of this machine, folders in the state folder."""

from __future__ import annotations

import difflib
import re
import time
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.check import parse
from tui_installer.store import paths, session_meta, trust
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

AUTO = re.compile(r"new-\d{8}-\d{6}(-\d+)?")
"""Names of sessions that have not been named after their cluster yet."""
MARKS = ("answers.yaml", "session.json", "pki")
"""A folder with one of these files is a session."""


def names() -> list[str]:
    """All sessions, unsorted. Raises UsageError if the state folder can't be read."""
    root = paths.state_root()
    try:
        there = [one for one in root.iterdir() if not one.name.startswith(".")]
        return [one.name for one in there if any((one / m).exists() for m in MARKS)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UsageError(f"cannot read {root}: {error.strerror}") from None


def find(name: str) -> SessionFolder:
    """An existing session. Raises UsageError, with the nearest name for an unknown one."""
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        known_names = (
            f"sessions: {', '.join(sorted(known))}" if known else "there are no sessions yet"
        )
        raise UsageError(f"there is no session {name!r}{hint}", hint=known_names)
    return at(name)


def only() -> SessionFolder:
    """The session changed last. Raises UsageError if there is none."""
    known = names()
    if not known:
        raise UsageError(
            f"there is no session in {paths.state_root()}",
            hint="tui-installer starts one; --session-dir names another folder",
        )
    return at(max(known, key=lambda name: changed(paths.session_folder(name))))


def named(name: str) -> SessionFolder:
    """The session that the user named, or for '' the one changed last."""
    return find(name) if name else only()


def at(name: str) -> SessionFolder:
    """The session of a name, existing or not. Raises UsageError for one that can't be trusted.

    Raises InstallerError for a damaged one.
    """
    try:
        root = paths.session_folder(parse.cluster_name(name))
    except ValueError as error:
        raise UsageError(f"{name!r} is not a session name: {error}") from None
    trust.require(root)
    session_meta.check(root)
    return SessionFolder(root)


def fresh() -> SessionFolder:
    """A new session, named by the time; writes nothing yet."""
    root, name = paths.state_root(), time.strftime("new-%Y%m%d-%H%M%S")
    tries = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return SessionFolder(next(root / one for one in tries if not (root / one).exists()))


def is_unnamed(session: SessionFolder) -> bool:
    """Whether the session is named by the time; `settle` renames it when a run starts."""
    return AUTO.fullmatch(session.root.name) is not None


def settle(session: SessionFolder, cluster: str) -> SessionFolder:
    """Renames a session named by the time after its cluster, with a number if that is taken.

    Other sessions keep their names.
    Raises InstallerError.
    """
    if not is_unnamed(session) or not session.root.exists():
        return session
    for name in (cluster, *(f"{cluster}-{number}" for number in range(2, 100))):
        if not paths.session_folder(name).exists():
            return rename(session, name)
    return session


def rename(session: SessionFolder, name: str) -> SessionFolder:
    """Renames a session. Raises UsageError for a taken or invalid name, InstallerError."""
    to = at(name).root
    if to.exists():
        raise UsageError(f"the session {name!r} exists already", hint="choose another name")
    try:
        session.root.rename(to)
    except OSError as error:
        raise InstallerError(f"cannot rename {session.root}: {error.strerror}") from None
    return SessionFolder(to)


def changed(root: Path) -> float:
    """When the session was last written, in UNIX seconds."""
    times = (root / name for name in ("answers.yaml", "journal.jsonl", "session.json"))
    return max((path.stat().st_mtime for path in times if path.exists()), default=0.0)

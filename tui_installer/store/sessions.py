"""The sessions of this machine: a folder each, side by side in the state folder."""

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
"""Names that sessions have until a run gives them that of their cluster."""
MARKS = ("answers.yaml", "session.json", "pki")
"""A folder with one of these is a session."""


def names() -> list[str]:
    """Those there are, in no order. Raises UsageError where the state folder can't be read."""
    root = paths.state_root()
    try:
        there = [one for one in root.iterdir() if not one.name.startswith(".")]
        return [one.name for one in there if any((one / m).exists() for m in MARKS)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UsageError(f"cannot read {root}: {error.strerror}") from None


def find(name: str) -> SessionFolder:
    """One that is there. Raises UsageError, with the nearest name for an unknown one."""
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        told = f"; did you mean {near[0]}?" if near else ""
        there = f"there are: {', '.join(sorted(known))}" if known else "there are none yet"
        raise UsageError(f"there is no session {name!r}{told}", hint=there)
    return at(name)


def only() -> SessionFolder:
    """The one changed last. Raises UsageError where there is none."""
    known = names()
    if not known:
        raise UsageError(
            f"there is no session in {paths.state_root()}",
            hint="tui-installer begins one; --session-dir names another place to look in",
        )
    return at(max(known, key=lambda name: changed(paths.session_folder(name))))


def named(name: str) -> SessionFolder:
    """The session of a name that a person gave, or, for none, the one changed last."""
    return find(name) if name else only()


def at(name: str) -> SessionFolder:
    """The session of a name, there or not. Raises UsageError for one that can't be trusted.

    Raises InstallerError for a damaged one.
    """
    try:
        root = paths.session_folder(parse.cluster_name(name))
    except ValueError as error:
        raise UsageError(f"{name!r} is no session's name: {error}") from None
    trust.require(root)
    session_meta.check(root)
    return SessionFolder(root)


def fresh() -> SessionFolder:
    """A new one, named by the time; nothing is written yet."""
    root, name = paths.state_root(), time.strftime("new-%Y%m%d-%H%M%S")
    tries = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return SessionFolder(next(root / one for one in tries if not (root / one).exists()))


def is_unnamed(session: SessionFolder) -> bool:
    """Whether its folder is called by the time: `settle` renames it when a run starts."""
    return AUTO.fullmatch(session.root.name) is not None


def settle(session: SessionFolder, cluster: str) -> SessionFolder:
    """Gives one that is named by the time its cluster's name, or that with a number.

    A session that another cluster's keys are in keeps its name, and so do they.
    Raises InstallerError.
    """
    if not is_unnamed(session) or not session.root.exists():
        return session
    for name in (cluster, *(f"{cluster}-{number}" for number in range(2, 100))):
        if not paths.session_folder(name).exists():
            return rename(session, name)
    return session


def rename(session: SessionFolder, name: str) -> SessionFolder:
    """Raises UsageError for a name that is taken or none, InstallerError if it can't be done."""
    to = at(name).root
    if to.exists():
        raise UsageError(f"there is a session {name!r} already", hint="choose another name")
    try:
        session.root.rename(to)
    except OSError as error:
        raise InstallerError(f"cannot rename {session.root}: {error.strerror}") from None
    return SessionFolder(to)


def changed(root: Path) -> float:
    """When something of it was last written, as UNIX seconds."""
    times = (root / name for name in ("answers.yaml", "journal.jsonl", "session.json"))
    return max((path.stat().st_mtime for path in times if path.exists()), default=0.0)

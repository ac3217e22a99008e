"""Renames and deletes sessions that no other process uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.actions.sessions import drafts, view
from tui_installer.errors import InstallerError
from tui_installer.store import session_files, sessions
from tui_installer.store.session_lock import SessionLock

if TYPE_CHECKING:
    from tui_installer.store.session_folder import SessionFolder

ROOT_KEY = (
    "this is the only copy of the root CA's key: without it no certificate of this cluster can be "
    "issued or renewed"
)


def rename(session: SessionFolder, name: str) -> SessionFolder:
    """Raises SessionBusy; UsageError for a taken or invalid name; InstallerError."""
    with SessionLock.take(session.root, "sessions rename"):
        return sessions.rename(session, name)


def losses(session: SessionFolder) -> tuple[str, ...]:
    """Returns what is lost for good with the session, a sentence each."""
    if not session.key_path("ca").exists():
        return ()
    lost = [ROOT_KEY]
    try:
        found = view.hosts(drafts.read(session.answers))
    except InstallerError:
        found = {}
    if found:
        named = ", ".join(f"{name} ({address})" for name, address in found.items())
        lost.append(f"the hosts of its cluster are not changed: {named}")
    return tuple(lost)


def delete(session: SessionFolder) -> list[str]:
    """Deletes the session; returns the names in its folder that are not part of it and stay.

    Raises SessionBusy, InstallerError.
    """
    with SessionLock.take(session.root, "sessions delete"):
        return session_files.remove(session.root)

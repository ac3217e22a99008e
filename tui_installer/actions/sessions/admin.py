"""Renaming and deleting a session; neither while somebody works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.actions.sessions import drafts, view
from tui_installer.errors import InstallerError
from tui_installer.store import session_files, sessions
from tui_installer.store.session_lock import SessionLock

if TYPE_CHECKING:
    from tui_installer.store.session_folder import SessionFolder

ROOT_KEY = (
    "the root CA's key lies nowhere else: without it no certificate of this cluster can be issued "
    "or renewed again"
)


def rename(session: SessionFolder, name: str) -> SessionFolder:
    """Raises SessionBusy; UsageError for a name that is taken or none; InstallerError."""
    with SessionLock.take(session.root, "sessions rename"):
        return sessions.rename(session, name)


def losses(session: SessionFolder) -> tuple[str, ...]:
    """What goes with the session that nothing brings back, a sentence each."""
    if not session.key_path("ca").exists():
        return ()
    told = [ROOT_KEY]
    try:
        found = view.hosts(drafts.read(session.answers))
    except InstallerError:
        found = {}
    if found:
        named = ", ".join(f"{name} ({address})" for name, address in found.items())
        told.append(f"hosts of its cluster, which stay as they are: {named}")
    return tuple(told)


def delete(session: SessionFolder) -> list[str]:
    """The names in its folder that are not the session's, and are left there.

    Raises SessionBusy, InstallerError.
    """
    with SessionLock.take(session.root, "sessions delete"):
        return session_files.remove(session.root)

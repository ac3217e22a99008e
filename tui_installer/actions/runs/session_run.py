"""A session during a run: locked, with the answers that the run uses."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tui_installer.actions.sessions import drafts
from tui_installer.store import session_lock, session_meta, trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui_installer.store.session_folder import SessionFolder
    from tui_installer.store.session_lock import SessionLock


@contextlib.contextmanager
def locked(
    session: SessionFolder, notice: Callable[[str], None], what: str = session_lock.RUN
) -> Iterator[SessionLock]:
    """Locks a session. notice: called if its last process died.

    Raises SessionBusy, InstallerError.
    """
    lock = session_lock.SessionLock.take(session.root, what)
    try:
        if lock.former is not None:
            notice(f"the session's last process, {lock.former}, no longer exists; continuing")
        trust.require(session.root)
        session_meta.prepare(session.root)
        yield lock
    finally:
        lock.done()


def keep_answers(session: SessionFolder, file: Path) -> None:
    """Copies a file's answers into the session, for resuming. Raises InstallerError."""
    if file.resolve() != session.answers.resolve():
        drafts.write(drafts.opened(file), session.answers)

"""A session while a run has it: locked, with the answers that the run goes by."""

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
    """notice: told where a process that has died left it. Raises SessionBusy, InstallerError."""
    lock = session_lock.SessionLock.take(session.root, what)
    try:
        if lock.former is not None:
            notice(f"the session was left by {lock.former}, which is no longer there; going on")
        trust.require(session.root)
        session_meta.prepare(session.root)
        yield lock
    finally:
        lock.done()


def keep_answers(session: SessionFolder, file: Path) -> None:
    """Puts a file's answers into the session: resuming goes by them. Raises InstallerError."""
    if file.resolve() != session.answers.resolve():
        drafts.write(drafts.opened(file), session.answers)

"""The hold on a session whose answers are being edited: its lock, and a writer that never waits."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from tui_installer.actions.sessions import drafts
from tui_installer.errors import InstallerError
from tui_installer.store import session_lock, session_meta, sessions, trust
from tui_installer.store.session_folder import SessionFolder
from tui_installer.store.session_lock import SessionLock

if TYPE_CHECKING:
    from pathlib import Path


class Saver:
    """Writes the latest data in a thread of its own: no edit waits for the disk, none is lost.

    path: the answers' file, which is a session's. trouble: why the last write failed, or ''.
    Raises SessionBusy where another process has the session, UsageError for one not to be trusted.
    """

    def __init__(self, path: Path) -> None:
        trust.require(path.parent)
        session_meta.check(path.parent)
        self.lock = SessionLock.take(path.parent, session_lock.WIZARD)
        self.path = path
        self.trouble = ""
        self._next: dict[str, Any] | None = None
        self._wake = threading.Condition()
        self._busy = self._over = False
        threading.Thread(target=self._work, name="saver", daemon=True).start()

    def save(self, data: dict[str, Any]) -> None:
        """Takes over data; a copy that nobody changes."""
        with self._wake:
            self._next = data
            self._wake.notify_all()

    def finish(self, seconds: float = 5.0) -> None:
        """Waits until everything is on the disk."""
        with self._wake:
            self._wake.wait_for(lambda: self._next is None and not self._busy, seconds)

    def settle(self, data: dict[str, Any], cluster: str) -> SessionFolder:
        """Everything on the disk, in a session of the cluster's name; it is what a run goes by.

        Blocking. Raises InstallerError.
        """
        self.finish()
        with self._wake:  # nothing is written while the folder moves
            session = sessions.settle(SessionFolder(self.path.parent), cluster)
            self.path = session.answers
        drafts.write(data, self.path)
        session_meta.prepare(session.root)
        return session

    def close(self, *, going_on: bool = False) -> None:
        """Lets the session go. going_on: a run of it is under way and keeps it.

        A session in which nothing was ever said leaves nothing behind.
        """
        self.finish()
        with self._wake:
            self._over = True
            self._wake.notify_all()
        if going_on:
            self.lock.release()
            return
        folder = self.path.parent
        self.lock.done()
        if [one.name for one in folder.iterdir()] == [session_lock.FILE]:
            with contextlib.suppress(OSError):
                (folder / session_lock.FILE).unlink()
                folder.rmdir()

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._next is not None or self._over)
                if self._next is None:
                    return
                data, self._next, self._busy = self._next, None, True
            try:
                session_meta.prepare(self.path.parent)
                drafts.write(data, self.path)
                self.trouble = ""
            except InstallerError as error:
                self.trouble = error.message
            with self._wake:
                self._busy = False
                self._wake.notify_all()

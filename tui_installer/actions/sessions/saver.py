"""Holds a session while its answers are edited: takes its lock and writes in the background."""

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
    """Writes the latest data in its own thread: no edit waits for the disk, none is lost.

    path: the answers file of a session. trouble: why the last write failed, or ''.
    Raises SessionBusy if another process uses the session, UsageError if it cannot be trusted.
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
        """Schedules data to be written; the caller must not change it afterwards."""
        with self._wake:
            self._next = data
            self._wake.notify_all()

    def finish(self, seconds: float = 5.0) -> None:
        """Waits until everything is on the disk."""
        with self._wake:
            self._wake.wait_for(lambda: self._next is None and not self._busy, seconds)

    def settle(self, data: dict[str, Any], cluster: str) -> SessionFolder:
        """Writes everything into a session with the cluster's name, for a run, and returns it.

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
        """Releases the session. going_on: a run continues and keeps its lock.

        Removes the folder of a session without any answers.
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

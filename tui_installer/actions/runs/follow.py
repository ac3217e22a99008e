"""Follows a run through its journal, from its start or later."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tui_installer.actions.runs import background
from tui_installer.errors import UsageError
from tui_installer.model.run.state import RunState
from tui_installer.store import journal_lines, session_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.model.run.events import Event
    from tui_installer.store.session_folder import SessionFolder
    from tui_installer.store.session_lock import Holder

EVERY = 0.1
"""Seconds between two reads of a journal."""


class JournalClock:
    """UNIX seconds: the time of the event that is being folded, else the current time."""

    def __init__(self) -> None:
        self.at: float | None = None

    def __call__(self) -> float:
        return time.time() if self.at is None else self.at


def stop(session: SessionFolder) -> Holder:
    """Asks a session's run to stop at the next safe point; returns who runs it.

    Raises UsageError if there is none.
    """
    holder = session_lock.holder(session.root)
    if holder is None or holder.what != session_lock.RUN:
        raise UsageError(f"no run of the session {session.root.name} is active")
    background.stop(holder.pid)
    return holder


class Following:
    """state: the fold of a run's events so far. clock: the time of what is being folded."""

    def __init__(self, session: SessionFolder, offset: int) -> None:
        self.session, self.clock = session, JournalClock()
        self.state = RunState(clock=self.clock)
        self._lines = journal_lines.Follower(session.journal, offset)
        self._behind = True

    @classmethod
    def from_now(cls, session: SessionFolder) -> Following:
        """Follows a run that is about to start."""
        return cls(session, journal_lines.size(session.journal))

    @classmethod
    def last_run(cls, session: SessionFolder) -> Following:
        """Follows the run that started last, from its first event."""
        return cls(session, journal_lines.last_run(session.journal))

    async def poll(self, show: Callable[[Event], None] = lambda _: None) -> None:
        """Folds what is new, and shows each event at its own time.

        Raises InstallerError if the journal is unreadable.
        """
        read = self._lines.catch_up if self._behind else self._lines.read
        found = await asyncio.to_thread(read)
        self._behind = False
        for at, event in found:
            self.clock.at = at
            self.state.apply(event)
            show(event)
        self.clock.at = None

    async def to_end(self, show: Callable[[Event], None] = lambda _: None) -> None:
        """Follows until the run has ended or its process is gone. Raises InstallerError."""
        while True:
            live = self.live  # read before the poll, so that the last events are read too
            await self.poll(show)
            if self.state.finish is not None or not live:
                return
            await asyncio.sleep(EVERY)

    @property
    def live(self) -> bool:
        """Whether a process still runs it."""
        if self.state.finish is not None:
            return False
        holder = session_lock.holder(self.session.root)
        return holder is not None and holder.what == session_lock.RUN

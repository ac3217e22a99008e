"""Starts a run in the background and follows it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.actions.runs.background import Background
from tui_installer.actions.runs.follow import EVERY, Following
from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.actions.runs.background import Ask, Order
    from tui_installer.model.run.events import Event
    from tui_installer.model.run.state import RunState
    from tui_installer.remote.credentials import Typed
    from tui_installer.store.session_folder import SessionFolder
    from tui_installer.store.session_lock import SessionLock


class WatchedRun:
    """state: the fold of its events so far. The caller holds the session's lock."""

    def __init__(self, session: SessionFolder, lock: SessionLock) -> None:
        self._session, self._lock = session, lock
        self._following = Following.from_now(session)
        self._run: Background | None = None

    @property
    def state(self) -> RunState:
        return self._following.state

    @property
    def pid(self) -> int:
        """The pid of its process; 0 before it has started."""
        return self._run.pid if self._run else 0

    async def carry_out(
        self,
        order: Order,
        typed: Typed,
        ask: Ask | None,
        *,
        show: Callable[[Event], None] = lambda _: None,
        enough: Callable[[RunState], bool] = lambda _: False,
    ) -> int | None:
        """Returns the exit code; None once `enough` is true while the run continues.

        Raises InstallerError if it did not start or its process died unexpectedly.
        """
        self._run = run = await Background.start(self._session, self._lock, order, typed, ask)
        while True:
            ended = (
                run.code is not None
            )  # read before the poll, so that the last events are read too
            await self._following.poll(show)
            if ended:
                break
            if enough(self.state):
                return None
            await asyncio.sleep(EVERY)
        code = await run.ended()
        if self.state.finish is None:
            raise InstallerError(
                f"the run's process died unexpectedly (exit {code})",
                details=(f"logs: {self._session.logs}",),
                hint="run again: finished work is not repeated",
            )
        return code

    def stop(self) -> None:
        """Stops the run at the next safe point; a second call stops it at once."""
        if self._run is not None:
            self._run.stop()

    def leave(self) -> None:
        """Lets the run continue without this process."""
        if self._run is not None:
            self._run.leave()

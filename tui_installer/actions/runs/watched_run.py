"""A run begun in the background and followed as it goes."""

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
        """Of its process; 0 before it has begun."""
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
        """Its exit code; None once `enough` is true while it goes on.

        Raises InstallerError where it did not begin, or died without a word.
        """
        self._run = run = await Background.start(self._session, self._lock, order, typed, ask)
        while True:
            ended = run.code is not None  # asked before: what it wrote last is then read
            await self._following.poll(show)
            if ended:
                break
            if enough(self.state):
                return None
            await asyncio.sleep(EVERY)
        code = await run.ended()
        if self.state.finish is None:
            raise InstallerError(
                f"the run's process ended with {code} before it could say how",
                details=(f"what it left: {self._session.logs}",),
                hint="run again: it goes on from what is done",
            )
        return code

    def stop(self) -> None:
        """At the next safe point; asked again, at once."""
        if self._run is not None:
            self._run.stop()

    def leave(self) -> None:
        """It goes on alone."""
        if self._run is not None:
            self._run.leave()

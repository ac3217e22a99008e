"""The exec channels of one connection, no more at once than the host takes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tui_installer.remote.session import Session

AT_ONCE = 8
"""sshd's MaxSessions is 10 unless configured otherwise."""
WRITE_BUFFER = 512 * 1024
WINDOW = 2 * 1024 * 1024
PATIENCE = 15.0
"""Seconds that are waited if the only other sessions are such as stay open."""
AGAIN = 0.25
"""Seconds after which a host that refused a session is asked again."""


class Channels:
    """Opens sessions; where a host allows fewer at once, waits for another to end."""

    def __init__(self, link: asyncssh.SSHClientConnection) -> None:
        self._link = link
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._open = 0
        self.lasting = 1
        """Sessions that stay open, as far as it is known here. One keeps the host's lock."""
        self._ended = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold this while a session is open."""
        async with self._slots:
            self._open += 1
            try:
                yield
            finally:
                self._open -= 1
                async with self._ended:
                    self._ended.notify_all()

    @contextlib.contextmanager
    def stays(self) -> Iterator[None]:
        """Hold this while a session is one that stays open."""
        self.lasting += 1
        try:
            yield
        finally:
            self.lasting -= 1

    async def open_terminal(self, session: Session, command: str) -> None:
        """As `open`, outside the slots, with a terminal. It stays open with the connection.

        Raises ChannelOpenError of the code OPEN_REQUEST_PTY_FAILED if sshd grants none.
        """
        self._open += 1
        self.lasting += 1
        await self._create(session, command, terminal=True)

    async def open(self, session: Session, command: str) -> None:
        """Raises asyncssh.Error or OSError if the connection is gone.

        ChannelOpenError on one that stands: the host allows too few sessions at once.
        """
        end = time.monotonic() + PATIENCE
        while True:
            others = self._open - 1
            try:
                return await self._create(session, command)
            except asyncssh.ChannelOpenError:
                given_up = others <= self.lasting and time.monotonic() > end
                if self._link.is_closed() or not others or given_up:
                    raise
            await self._another_ended(others)

    async def _another_ended(self, others: int) -> None:
        """Or a moment has passed: one that ended here may not have ended there yet."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AGAIN), self._ended:
                while self._open > others:
                    await self._ended.wait()

    async def _create(self, session: Session, command: str, *, terminal: bool = False) -> None:
        channel, _ = await self._link.create_session(
            lambda: session,
            command,
            encoding=None,  # one byte that is not UTF-8 would end the connection
            window=WINDOW,
            request_pty="force" if terminal else False,
            term_type="dumb" if terminal else None,
        )
        channel.set_write_buffer_limits(high=WRITE_BUFFER)

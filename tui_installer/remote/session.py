"""One exec channel: what comes back, and feeding its stdin."""

from __future__ import annotations

import asyncio
import signal
from contextlib import aclosing
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import asyncssh

from tui_installer.remote.becoming import Becoming, Frame
from tui_installer.remote.output import STDOUT_LIMIT, Collected, Lines, Tail

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Callable

PIECE = 256 * 1024
"""Bytes written at once. asyncssh copies what it is given and cuts it into 32 KiB packets."""
QUIET = 0.7
"""Seconds without a byte after which an unfinished line is a prompt."""
SHELL_SECONDS = 20.0
"""Seconds that a login shell may take until it runs our command."""
ASKING_SECONDS = 90.0
"""Seconds that sudo and its like may take: some wait until a second factor is confirmed."""


class TooMuch(Exception):
    """The script sent more than STDOUT_LIMIT or STDOUT_LINES."""


class Session(asyncssh.SSHClientSession[bytes]):
    """Collects within bounds; `closed` is set when the channel has gone, for whatever reason.

    on_stdout: called with what the script sends, which is then not collected.
    terminal: stdout and stderr are one stream, which is read as stderr is.
    """

    def __init__(
        self,
        nonce: str,
        on_stderr: Callable[[str], None] | None,
        on_stdout: Callable[[bytes], None] | None = None,
        *,
        terminal: bool = False,
    ) -> None:
        self.nonce = nonce
        self.becoming = Becoming(nonce)
        self.frame = Frame(nonce)
        self._terminal, self._on_stdout = terminal, on_stdout
        self.status: int | None = None
        self.problem: Exception | None = None
        self.lost: Exception | None = None
        self.closed = asyncio.Event()
        self.changed = asyncio.Event()
        self.stdout = Collected()
        self.stderr = Tail()
        self._lines = Lines()
        self._noise_size = 0
        self._on_stderr = on_stderr
        self._writable = asyncio.Event()
        self._writable.set()
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        self._channel = chan

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if self._terminal or datatype == asyncssh.EXTENDED_DATA_STDERR:
            self._stderr_received(data)
        elif rest := self.frame.feed(data):
            self._stdout_received(rest)
        elif not self.frame.open:
            self._noise_received(len(data))

    def exit_status_received(self, status: int) -> None:
        self.status = status

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        del core_dumped, msg, lang
        self.status = 128 + _signal_number(signal)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.closed.is_set():
            return
        self.lost = exc
        self._tell(self._lines.rest())
        self.closed.set()
        self.changed.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def fail(self, problem: Exception) -> None:
        """End it from this side; `problem` is what `raise_problem` raises."""
        self.problem = self.problem or problem
        self.abort()

    def exit_status(self) -> int:
        if self.status is None:
            raise RuntimeError("the session has no status")
        return self.status

    def raise_problem(self) -> None:
        if self.problem:
            raise self.problem

    def abort(self) -> None:
        """Close the channel without waiting: a host may confirm that only much later."""
        if self._channel and not self.closed.is_set():
            self._channel.abort()
            self.connection_lost(None)

    async def stage(self) -> None:
        """Wait until the script starts, is to be started, or cannot be; a prompt appears; or the
        time for that is over.
        """
        loop, state = asyncio.get_running_loop(), self.becoming
        begun = loop.time()
        while not (state.result or state.folder or state.certain or self.closed.is_set()):
            limit = ASKING_SECONDS if state.program else SHELL_SECONDS
            left = begun + limit - loop.time()
            self.changed.clear()
            try:
                async with asyncio.timeout(min(QUIET, left) if state.prompt else left):
                    await self.changed.wait()
            except TimeoutError:
                return

    async def write(self, data: bytes) -> None:
        """Write once there is room; what comes after the end is dropped."""
        await self._writable.wait()
        self._put(data)

    def _put(self, data: bytes) -> None:
        if self._channel and not self._channel.is_closing():
            self._channel.write(data)

    async def _in_turn(self, piece: bytes) -> None:
        """Write when no other channel does: encrypting keeps the loop busy for milliseconds.

        The turn is never held while a host is waited for.
        """
        await self._writable.wait()
        async with _turn():
            self._put(piece)
            await asyncio.sleep(0)

    async def feed(self, line: bytes, stdin: bytes | AsyncIterable[bytes] | None) -> None:
        """Send the script's line, all of stdin, and the end, at the pace the host takes it."""
        try:
            await self.write(line)
            async with aclosing(_pieces(stdin)) as pieces:
                async for piece in pieces:
                    await self._in_turn(piece)
                    if self.closed.is_set():
                        return
        except Exception as error:  # noqa: BLE001 - whatever the source of stdin raises, run raises
            self.fail(error)
        if self._channel and not self._channel.is_closing():
            self._channel.write_eof()

    def _stdout_received(self, data: bytes) -> None:
        if self._on_stdout:
            self._on_stdout(data)
        elif not self.stdout.add(data):
            self.fail(TooMuch())

    def _noise_received(self, size: int) -> None:
        self._noise_size += size
        if self._noise_size > STDOUT_LIMIT:
            self.fail(TooMuch())

    def _stderr_received(self, data: bytes) -> None:
        rest = self.becoming.feed(data)
        self.changed.set()
        if rest:
            self.stderr.add(rest)
            if self._on_stderr:
                self._tell(self._lines.feed(rest))

    def _tell(self, lines: list[str]) -> None:
        for line in lines:
            if self._on_stderr:
                self._on_stderr(line)


async def _pieces(stdin: bytes | AsyncIterable[bytes] | None) -> AsyncGenerator[bytes, None]:
    if isinstance(stdin, bytes):
        for start in range(0, len(stdin), PIECE):
            yield stdin[start : start + PIECE]
    elif stdin is not None:
        async for chunk in stdin:
            for start in range(0, len(chunk), PIECE):
                yield chunk[start : start + PIECE]


_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def _turn() -> asyncio.Lock:
    return _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock())


def _signal_number(name: str) -> int:
    try:
        return int(signal.Signals[f"SIG{name}"])
    except KeyError:
        return 127

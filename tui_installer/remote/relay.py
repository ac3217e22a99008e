"""TCP connections of a host through the stdin and stdout of one script there.

For an sshd that allows no forwarding. All connections share one session, so there may be any
number of them. Frames, in both directions: number of the connection and size of the content (4
bytes each, big endian), kind (1 byte), content.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from importlib import resources
from typing import TYPE_CHECKING, Protocol

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable
    from pathlib import Path

    from tui_installer.model.spec import HostSpec
    from tui_installer.remote.host import Completed

OPEN, DATA, END, CLOSE = b"o", b"d", b"e", b"c"
HEAD = 9
PIECE = 64 * 1024
WAITING_FRAMES = 64
"""Frames towards the host that may wait; then its clients here do."""
BEHIND_LIMIT = 64 * 1024 * 1024
"""Bytes that a client here may leave unread; then its connection is closed."""
_FIND = """
perl -e 'use Socket qw(getaddrinfo); use IO::Select' 2>/dev/null && echo perl && exit
for p in python3 /usr/libexec/platform-python; do
    "$p" -c 'import selectors, socket, struct' 2>/dev/null && echo "$p" && exit
done
:
"""


class Through(Protocol):
    """The part of a host that is used."""

    spec: HostSpec

    async def run(self, script: str, *args: str) -> Completed:
        """See `Host.run`."""
        ...

    async def stream(
        self, script: str, *args: str, stdin: AsyncIterable[bytes], sink: Callable[[bytes], None]
    ) -> Completed:
        """See `SshHost.stream`."""
        ...


async def program(host: Through) -> str:
    """The program there that can relay, '' if there is none."""
    done = await host.run(_FIND)
    return done.text.strip()


class Relay:
    """The relay of one host; it starts with the first connection."""

    def __init__(self, host: Through, program: str) -> None:
        self._host, self._program = host, program
        self._numbers = itertools.count(1)
        self._writers: dict[int, asyncio.StreamWriter] = {}
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(WAITING_FRAMES)
        self._received = bytearray()
        self._running: asyncio.Task[None] | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def listen(self, path: Path, address: str, port: int) -> asyncio.Server:
        """A server on a unix socket whose connections lead to address:port there."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task:
                self._clients.add(task)
                task.add_done_callback(self._clients.discard)
            await self._serve(reader, writer, f"{address} {port}".encode())

        return await asyncio.start_unix_server(serve, str(path), limit=PIECE)

    async def close(self) -> None:
        """End all connections and the script."""
        tasks = [*self._clients, *([self._running] if self._running else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: bytes
    ) -> None:
        if self._running is None or self._running.done():
            self._frames = asyncio.Queue(WAITING_FRAMES)
            self._received.clear()
            self._running = asyncio.create_task(self._run())
        frames, number = self._frames, next(self._numbers)
        self._writers[number] = writer
        await frames.put(frame(number, OPEN, to))
        kind = END
        try:
            while data := await reader.read(PIECE):
                await frames.put(frame(number, DATA, data))
        except ConnectionError:
            kind = CLOSE
        if number in self._writers:
            await frames.put(frame(number, kind, b""))

    async def _run(self) -> None:
        """The script there, until it ends; then all connections do."""
        code = _code(self._program)
        run = 'exec "$1" "$2" "$3"'
        option = "-e" if self._program == "perl" else "-c"
        with contextlib.suppress(InstallerError):  # who uses a connection sees its end
            await self._host.stream(
                run, self._program, option, code, stdin=self._sent(), sink=self._take
            )
        for number in tuple(self._writers):
            self._end(number)

    async def _sent(self) -> AsyncIterator[bytes]:
        while True:
            yield await self._frames.get()

    def _take(self, data: bytes) -> None:
        """Frames from the host."""
        self._received += data
        while len(self._received) >= HEAD:
            number = int.from_bytes(self._received[:4], "big")
            size = int.from_bytes(self._received[4:8], "big")
            if len(self._received) < HEAD + size:
                return
            kind = bytes(self._received[8:9])
            content = bytes(self._received[HEAD : HEAD + size])
            del self._received[: HEAD + size]
            self._got(number, kind, content)

    def _got(self, number: int, kind: bytes, content: bytes) -> None:
        writer = self._writers.get(number)
        if writer is None or writer.is_closing():
            return
        if kind == DATA:
            writer.write(content)
            if writer.transport.get_write_buffer_size() > BEHIND_LIMIT:
                writer.transport.abort()
        else:
            self._end(number)

    def _end(self, number: int) -> None:
        if writer := self._writers.pop(number, None):
            writer.close()


def frame(number: int, kind: bytes, content: bytes) -> bytes:
    """One frame as it is sent."""
    return number.to_bytes(4, "big") + len(content).to_bytes(4, "big") + kind + content


def _code(program: str) -> str:
    name = "relay.pl" if program == "perl" else "relay.py3"
    return resources.files("tui_installer.remote").joinpath("scripts", name).read_text()

"""A ProxyCommand: a program whose stdin and stdout lead to a machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket

from tui_installer.errors import ConnectionFailed
from tui_installer.model import environment
from tui_installer.remote.clean import clean

MOST = 4096
"""Bytes of its stderr that are kept."""
SHELL = "/bin/sh"
GRACE = 0.5
"""Seconds that it may go on once its connection is closed."""


class Proxy:
    """The running command. sock: our end of the connection, for asyncssh, which closes it."""

    def __init__(self, process: asyncio.subprocess.Process, sock: socket.socket) -> None:
        self.sock = sock
        self._process = process
        self._said = bytearray()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, command: str) -> Proxy:
        """Runs the command as OpenSSH does, by the user's shell. Raises OSError.

        It has no terminal, so it cannot ask for anything, and none of our variables that may
        hold a secret.
        """
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                os.environ.get("SHELL") or SHELL,
                "-c",
                f"exec {command}",
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=asyncio.subprocess.PIPE,
                env=environment.handed_on(os.environ, environment.SSH),
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process, ours)

    async def close(self) -> tuple[str, ...]:
        """Ends the command; returns the lines that it wrote to stderr."""
        self.sock.close()
        with contextlib.suppress(TimeoutError):  # it may be about to say why it ends
            await asyncio.wait_for(asyncio.shield(self._reading), GRACE)
        self.end()
        await self._reading
        lines = bytes(self._said).decode("utf-8", "replace").splitlines()
        return tuple(clean(line) for line in lines if line.strip())

    def end(self) -> None:
        """Ends the command and what it started, at once."""
        self.sock.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _read(self) -> None:
        """Reads to the end, so that the command never waits for us."""
        assert self._process.stderr is not None  # noqa: S101 - it is piped
        while data := await self._process.stderr.read(MOST):
            self._said += data[: MOST - len(self._said)]
        await self._process.wait()


def no_connection(machine: str, command: str, said: tuple[str, ...]) -> ConnectionFailed:
    """The command led to nothing that speaks SSH. machine: for the message."""
    return ConnectionFailed(
        f"{machine}: its ProxyCommand gave no SSH connection",
        details=(f"ProxyCommand {command}", *said[-5:]),
        hint="it runs without a terminal and must ask for nothing; run it by hand until it prints "
        "SSH-2.0-…",
    )

"""Unix sockets here that lead to TCP ports as a host sees them: through sshd or a relay there."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import asyncssh

from tui_installer.errors import ConnectionFailed
from tui_installer.remote import failures, relay
from tui_installer.remote.host_keys import place

if TYPE_CHECKING:
    from tui_installer.remote.relay import Through

SSHD = "sshd"
PATIENCE = 5.0
"""Seconds that sshd is given to refuse a forward."""


class Listener(Protocol):
    """What listens on a unix socket: asyncssh's or asyncio's server."""

    def close(self) -> None:
        """Listen no more."""

    async def wait_closed(self) -> None:
        """Wait for the end of it."""


class Forwards:
    """The forwards of one connection. The folder is of mode 0700: who may connect is its owner."""

    def __init__(self, link: asyncssh.SSHClientConnection, host: Through) -> None:
        self._link = link
        self._host = host
        self._lock = asyncio.Lock()
        self._folder: Path | None = None
        self._listeners: dict[tuple[str, int], tuple[Path, Listener]] = {}
        self._relay: relay.Relay | None = None
        self._ways: dict[tuple[str, int], str] = {}

    async def socket(self, address: str, port: int) -> Path:
        """Raises ConnectionFailed if the host has no way to the port, or is gone."""
        async with self._lock:
            if (address, port) not in self._listeners:
                await self._listen(address, port, await self.way(address, port))
            return self._listeners[address, port][0]

    async def way(self, address: str, port: int) -> str:
        """SSHD, or the program there that relays; '' if neither can. Raises ConnectionFailed."""
        key = (address, port)
        if key not in self._ways:
            if await self._sshd_forwards(address, port):
                self._ways[key] = SSHD
            else:
                self._ways[key] = await relay.program(self._host)
        return self._ways[key]

    async def close(self) -> None:
        if self._relay:
            await self._relay.close()
            self._relay = None
        for _, listener in self._listeners.values():
            listener.close()
            await listener.wait_closed()
        self._listeners.clear()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def _listen(self, address: str, port: int, way: str) -> None:
        if not way:
            raise self._prohibited()
        if self._folder is None:
            # Not TMPDIR: a socket's path may have 107 bytes at most (unix(7)).
            self._folder = Path(tempfile.mkdtemp(prefix="tui-installer-", dir="/tmp"))
        path = self._folder / str(len(self._listeners))
        listener: Listener
        if way == SSHD:
            listener = await self._link.forward_local_path_to_port(str(path), address, port)
        else:
            self._relay = self._relay or relay.Relay(self._host, way)
            listener = await self._relay.listen(path, address, port)
        self._listeners[address, port] = (path, listener)

    async def _sshd_forwards(self, address: str, port: int) -> bool:
        """Whether sshd forwards at all; that nothing listens there yet is no error.

        A refusal comes at once. One that is silent for long tries to connect: a firewall drops
        packets to the port, for which the kernel there would wait two minutes.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                channel, _ = await self._link.create_connection(
                    asyncssh.SSHTCPSession, address, port
                )
        except TimeoutError:
            return True
        except asyncssh.ChannelOpenError as error:
            if self._link.is_closed():
                raise failures.lost(self._host.spec, error) from None
            return error.code != asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED
        channel.abort()
        return True

    def _prohibited(self) -> ConnectionFailed:
        spec = self._host.spec
        return ConnectionFailed(
            f"{place(spec.name, spec.ssh)}: {PROHIBITED}", hint=PROHIBITED_HINT, host=spec.name
        )


PROHIBITED = "its sshd allows no TCP forwarding, and no program there can relay to the API server"
PROHIBITED_HINT = (
    "install perl or python3 there, or set `AllowTcpForwarding local` (or yes) and no "
    "`DisableForwarding` in sshd_config for this user"
)

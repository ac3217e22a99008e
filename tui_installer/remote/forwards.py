"""Unix sockets here that lead to TCP ports as a host sees them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.errors import ConnectionFailed
from tui_installer.remote import failures
from tui_installer.remote.clean import clean
from tui_installer.remote.host_keys import place

if TYPE_CHECKING:
    from tui_installer.model.spec import HostSpec


class Forwards:
    """The forwards of one connection. The folder is of mode 0700: who may connect is its owner."""

    def __init__(self, link: asyncssh.SSHClientConnection, spec: HostSpec) -> None:
        self._link = link
        self._spec = spec
        self._lock = asyncio.Lock()
        self._folder: Path | None = None
        self._listeners: dict[tuple[str, int], tuple[Path, asyncssh.SSHListener]] = {}

    async def socket(self, address: str, port: int) -> Path:
        """Raises ConnectionFailed if the host allows no forwarding, or is gone."""
        async with self._lock:
            if (address, port) not in self._listeners:
                await self._probe(address, port)
                await self._listen(address, port)
            return self._listeners[address, port][0]

    async def close(self) -> None:
        for _, listener in self._listeners.values():
            listener.close()
            await listener.wait_closed()
        self._listeners.clear()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def _listen(self, address: str, port: int) -> None:
        if self._folder is None:
            # Not TMPDIR: a socket's path may have 107 bytes at most (unix(7)).
            self._folder = Path(tempfile.mkdtemp(prefix="tui-installer-", dir="/tmp"))
        path = self._folder / str(len(self._listeners))
        listener = await self._link.forward_local_path_to_port(str(path), address, port)
        self._listeners[address, port] = (path, listener)

    async def _probe(self, address: str, port: int) -> None:
        """Whether forwarding is allowed at all; that nothing listens there yet is no error."""
        try:
            channel, _ = await self._link.create_connection(asyncssh.SSHTCPSession, address, port)
        except asyncssh.ChannelOpenError as error:
            if self._link.is_closed():
                raise failures.lost(self._spec, error) from None
            if error.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED:
                raise self._prohibited(error) from None
        else:
            channel.abort()

    def _prohibited(self, error: asyncssh.ChannelOpenError) -> ConnectionFailed:
        return ConnectionFailed(
            f"{place(self._spec.name, self._spec.ssh)}: its sshd allows no TCP forwarding",
            details=(clean(error.reason),),
            hint="sshd_config there needs `AllowTcpForwarding local` (or yes) for this user",
            host=self._spec.name,
        )

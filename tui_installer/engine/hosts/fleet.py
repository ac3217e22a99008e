"""The connections to all hosts: opens them in parallel, reconnects and closes them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.engine.hosts.host_lock import Claim, HostLock
from tui_installer.engine.hosts.hosts_failed import split
from tui_installer.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    HostKeyRefused,
)
from tui_installer.remote.ssh import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from tui_installer.model.spec import HostSpec, Spec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.host import Host
    from tui_installer.remote.host_keys import HostKeyPolicy

PATIENCE = 120.0
"""Seconds to wait for a lost host: a server's reboot takes less."""
PAUSES = (0.3, 0.5, 1.0, 2.0)
"""Seconds between two attempts; the last value repeats."""


@dataclass(slots=True)
class Fleet:
    """hosts: name → connection. claim: who locked the hosts, None while they are not locked.

    notice: called with (host, step, sentence) when a lock is taken over or a login has to wait.
    """

    spec: Spec
    credentials: Credentials
    host_keys: HostKeyPolicy
    notice: Callable[[str, str, str], None] = lambda *_: None
    hosts: dict[str, Host] = field(default_factory=dict)
    claim: Claim | None = None
    _locks: dict[str, HostLock] = field(default_factory=dict)

    async def open(self) -> None:
        """Connects to all hosts. Raises HostsFailed with every host that cannot be reached."""
        await self._all(self._open_one, self.spec.hosts)

    async def _all(
        self, work: Callable[[HostSpec], Awaitable[None]], hosts: tuple[HostSpec, ...]
    ) -> None:
        jobs = [work(host) for host in hosts]
        results: list[object] = list(await asyncio.gather(*jobs, return_exceptions=True))
        split(results, len(self.spec.hosts))

    async def _open_one(self, host: HostSpec) -> None:
        try:
            self.hosts[host.name] = await connect(
                host,
                credentials=self.credentials,
                host_keys=self.host_keys,
                say=lambda sentence: self.notice(host.name, "connect", sentence),
            )
        except ConnectionFailed as error:
            error.host = error.host or host.name
            raise

    async def lock(self, claim: Claim) -> None:
        """Locks every host, or raises HostsFailed and keeps no lock.

        The host whose address sorts first is locked first: of two runs that start at once, one
        gets it and the other stops there.
        """
        self.claim = claim
        first, *others = sorted(self.spec.hosts, key=lambda host: host.ssh.address)
        await self._all(self._lock_one, (first,))
        await self._all(self._lock_one, tuple(others))

    async def _lock_one(self, host: HostSpec) -> None:
        if self.claim is None:
            return
        lock = HostLock()
        await lock.take(
            self.hosts[host.name], self.claim, lambda text: self.notice(host.name, "lock", text)
        )
        self._locks[host.name] = lock

    async def reconnect(self, name: str, patience: float = PATIENCE) -> None:
        """Connects to a host again and locks it again, retrying until it succeeds.

        Raises ConnectionFailed after `patience` seconds, AuthenticationFailed or HostKeyRefused at
        once.
        """
        spec = self.spec.host(name)
        end = time.monotonic() + patience
        for pause in _pauses():
            try:
                await self._reconnect_once(spec)
            except (AuthenticationFailed, HostKeyRefused):
                raise
            except ConnectionFailed:
                if time.monotonic() + pause > end:
                    raise
            else:
                return
            await asyncio.sleep(pause)

    async def _reconnect_once(self, spec: HostSpec) -> None:
        await self._release(spec.name)
        await self._open_one(spec)
        await self._lock_one(spec)

    async def _release(self, name: str) -> None:
        if lock := self._locks.pop(name, None):
            await lock.release()
        if host := self.hosts.get(name):
            await asyncio.gather(host.close(), return_exceptions=True)

    async def close(self) -> None:
        """Unlocks and disconnects all hosts. Raises nothing."""
        await asyncio.gather(*(self._release(name) for name in list(self.hosts)))


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]


@contextlib.asynccontextmanager
async def fleet(
    spec: Spec,
    credentials: Credentials,
    host_keys: HostKeyPolicy,
    notice: Callable[[str, str, str], None],
) -> AsyncIterator[Fleet]:
    """Connections to all hosts. Raises HostsFailed with every host that cannot be reached."""
    made = Fleet(spec, credentials, host_keys, notice)
    try:
        await made.open()
        yield made
    finally:
        await made.close()

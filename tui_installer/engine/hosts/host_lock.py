"""The lock of a host: one run at a time; it is freed when the holder's connection ends."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.engine.hosts.facts import script
from tui_installer.errors import ConnectionFailed, InstallerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tui_installer.remote.host import Completed, Host

FILE = "/run/tui-installer.lock"
"""In memory: a reboot removes it."""
BEAT = 10.0
"""Seconds between two heartbeats."""
SILENCE = 45
"""Seconds without a heartbeat after which the host frees the lock: its holder has died."""
FOREVER = 30 * 86400.0
PATIENCE = 30.0
"""Seconds until the host must have reported the lock's holder; the script waits 10 at most."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants the lock. owner: one word, the same for every run of this session on this machine.

    holder: a description for other users. force: take the lock from its holder.
    """

    owner: str
    holder: str
    force: bool = False


class HostBusy(InstallerError):
    """Another run has the host."""

    def __init__(self, host: str, holder: str) -> None:
        super().__init__(
            f"{host} is locked by another run",
            details=(f"by: {holder}",),
            hint="wait until that run finishes. If it has died, --break-lock takes the lock over "
            f"(without a heartbeat the lock is freed after {SILENCE} s)",
            host=host,
            step="lock",
        )


def _silent(host: Host) -> ConnectionFailed:
    return ConnectionFailed(
        f"{host.spec.name} did not answer within {PATIENCE:g} s when it was to be locked",
        hint=f"check the host's load, and that {FILE} there is a regular file",
        host=host.spec.name,
        step="lock",
    )


class HostLock:
    """Held from `take` until `release`, or until the connection is gone."""

    def __init__(self) -> None:
        self._released = asyncio.Event()
        self._holding: asyncio.Task[Completed] | None = None

    async def take(self, host: Host, claim: Claim, notice: Callable[[str], None]) -> None:
        """Locks the host. Raises HostBusy, ConnectionFailed.

        notice: called with a sentence if the lock is taken over from another run.
        """
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def read(line: str) -> None:
            if not answered.done() and line.split(" ", maxsplit=1)[0] in {"held", "taken", "busy"}:
                answered.set_result(line)

        how = "break" if claim.force else "keep"
        words = (FILE, claim.owner, claim.holder, how, str(SILENCE))
        self._holding = asyncio.create_task(
            host.run(
                script("lock.sh"), *words, stdin=self._beats(), timeout=FOREVER, on_stderr=read
            )
        )
        first: set[asyncio.Future[Any]] = {self._holding, answered}
        await asyncio.wait(first, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not self._holding.done() and not answered.done():
            self._holding.cancel()
            raise _silent(host)
        if not answered.done():
            lines = self._holding.result().stderr.strip().splitlines()  # raises what ended it
            raise InstallerError(
                f"{host.spec.name} cannot be locked for this run",
                details=tuple(lines[-3:]),
                hint=f"root must be able to write {FILE} there",
                host=host.spec.name,
                step="lock",
            )
        word, _, rest = answered.result().partition(" ")
        if word == "busy":
            await self.release()
            raise HostBusy(host.spec.name, rest)
        if word == "taken":
            notice(f"took over the lock of an earlier run from {rest}")

    async def _beats(self) -> AsyncIterator[bytes]:
        while not self._released.is_set():
            yield b"\n"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._released.wait(), BEAT)

    async def release(self) -> None:
        """Frees the lock. Raises nothing: a broken connection has freed it already."""
        self._released.set()
        if self._holding is not None:
            await asyncio.wait({self._holding}, timeout=2)
            self._holding.cancel()
            await asyncio.gather(self._holding, return_exceptions=True)
            self._holding = None

"""One run a host: a lock there that lives as long as the connection to its holder."""

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
"""In memory: a reboot leaves nothing of it."""
BEAT = 10.0
"""Seconds between two signs of life."""
SILENCE = 45
"""Seconds without one after which the host takes the lock back: its holder has died."""
FOREVER = 30 * 86400.0
PATIENCE = 30.0
"""Seconds until the host must have said who has the lock; a script there waits for 10 at most."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants the lock. owner: a word that is the same for every run of this session here.

    holder: for another person to read. force: break off whoever has it.
    """

    owner: str
    holder: str
    force: bool = False


class HostBusy(InstallerError):
    """Another run has the host."""

    def __init__(self, host: str, holder: str) -> None:
        super().__init__(
            f"{host} is being worked on by another run",
            details=(f"by: {holder}",),
            hint="wait until it has ended. If you know that it has died, --break-lock takes the "
            f"host from it (it loses it by itself after {SILENCE} s without a sign of life)",
            host=host,
            step="lock",
        )


def _silent(host: Host) -> ConnectionFailed:
    return ConnectionFailed(
        f"{host.spec.name} does not say within {PATIENCE:g} s whether it can be locked",
        hint=f"look at the load of the machine, and that {FILE} there is a file",
        host=host.spec.name,
        step="lock",
    )


class HostLock:
    """Held from `take` until `release`, or until the connection is gone."""

    def __init__(self) -> None:
        self._released = asyncio.Event()
        self._holding: asyncio.Task[Completed] | None = None

    async def take(self, host: Host, claim: Claim, notice: Callable[[str], None]) -> None:
        """notice: told where it was taken over from somebody. Raises HostBusy, ConnectionFailed."""
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def said(line: str) -> None:
            if not answered.done() and line.split(" ", maxsplit=1)[0] in {"held", "taken", "busy"}:
                answered.set_result(line)

        how = "break" if claim.force else "keep"
        words = (FILE, claim.owner, claim.holder, how, str(SILENCE))
        self._holding = asyncio.create_task(
            host.run(
                script("lock.sh"), *words, stdin=self._beats(), timeout=FOREVER, on_stderr=said
            )
        )
        first: set[asyncio.Future[Any]] = {self._holding, answered}
        await asyncio.wait(first, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not self._holding.done() and not answered.done():
            self._holding.cancel()
            raise _silent(host)
        if not answered.done():
            told = self._holding.result().stderr.strip().splitlines()  # raises what ended it
            raise InstallerError(
                f"{host.spec.name} cannot be locked for this run",
                details=tuple(told[-3:]),
                hint=f"root must be able to write {FILE} there",
                host=host.spec.name,
                step="lock",
            )
        word, _, rest = answered.result().partition(" ")
        if word == "busy":
            await self.release()
            raise HostBusy(host.spec.name, rest)
        if word == "taken":
            notice(f"the lock of an earlier run was taken over from {rest}")

    async def _beats(self) -> AsyncIterator[bytes]:
        while not self._released.is_set():
            yield b"\n"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._released.wait(), BEAT)

    async def release(self) -> None:
        """Raises nothing: a connection that is gone has released it."""
        self._released.set()
        if self._holding is not None:
            await asyncio.wait({self._holding}, timeout=2)
            self._holding.cancel()
            await asyncio.gather(self._holding, return_exceptions=True)
            self._holding = None

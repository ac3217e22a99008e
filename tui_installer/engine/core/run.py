"""What a running step works with: the context, the hosts' connections, the event sink."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.engine.core.stop import Stop
from tui_installer.errors import AuthenticationFailed, ConnectionLost, InstallerError
from tui_installer.model.run.events import Level, LogLine
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from tui_installer.engine.cluster.api import Api
    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.operation import Operation
    from tui_installer.model.run.events import Event
    from tui_installer.model.spec import HostSpec
    from tui_installer.release.cache import Cache
    from tui_installer.remote.host import Host


class NotTried(InstallerError):
    """Left undone because of a failure elsewhere: reported as stopped, not as failed."""


async def no_passphrase() -> None:
    """Where nobody can be asked. Raises AuthenticationFailed."""
    raise AuthenticationFailed("the CAs' keys are encrypted, and nobody can be asked to open them")


@dataclass(slots=True)
class Turn:
    """One host of a role is restarted at a time.

    lock: held meanwhile. halted: the host whose restart failed; no other is restarted after it.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    halted: str = ""

    @contextlib.asynccontextmanager
    async def of(self, host: str, undone: str) -> AsyncIterator[None]:
        """Waits for the host's turn; an error within it halts the hosts that wait for theirs.

        undone: what is not done if one has failed. Raises NotTried then.
        """
        async with self.lock:
            if self.halted:
                raise NotTried(f"{undone}: the restart on {self.halted} failed")
            try:
                yield
            except ConnectionLost:
                raise  # not known to have failed: the step is run again from new facts
            except InstallerError:
                self.halted = host
                raise


@dataclass(slots=True)
class Run:
    """operation: what the run does. touched: host → paths changed so far.

    turns: of the restarts of each role.
    unlock: asks for the passphrase of the CAs' keys. stop: how a person ends it.
    renew: connects to a host anew; lost: the hosts it is at;
    returning: held meanwhile.
    """

    ctx: Context
    hosts: Mapping[str, Host]
    emit: Callable[[Event], None]
    cache: Cache
    operation: Operation
    renew: Callable[[str], Awaitable[None]] | None = None
    unlock: Callable[[], Awaitable[None]] = no_passphrase
    stop: Stop = field(default_factory=Stop)
    touched: dict[str, set[str]] = field(default_factory=dict)
    turns: dict[Role, Turn] = field(default_factory=lambda: {role: Turn() for role in Role})
    lost: set[str] = field(default_factory=set)
    apis: dict[str, Api] = field(default_factory=dict)
    returning: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    changes: int = 0
    restarts: int = 0

    async def all_here(self) -> None:
        """Until no host is being connected anew: with one away, no other should be restarted."""
        while self.lost:  # noqa: ASYNC110 - seldom, and for seconds
            await asyncio.sleep(0.1)

    def spec_of(self, host: str) -> HostSpec:
        return self.ctx.spec.host(host)

    def halt(self, host: str) -> None:
        """No host that has a role of this one is restarted any more in this run."""
        for role in self.spec_of(host).roles:
            self.turns[role].halted = host

    def log(self, host: str, step: str, text: str, level: Level = Level.INFO) -> None:
        self.emit(LogLine(host, step, level, text))

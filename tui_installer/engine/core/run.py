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
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import HostSpec, SecretRef
    from tui_installer.release.cache import Cache
    from tui_installer.remote.host import Host


class NotTried(InstallerError):
    """Not done because of a failure elsewhere: reported as stopped, not as failed."""


async def no_passphrase() -> None:
    """For runs that cannot ask the user. Raises AuthenticationFailed."""
    raise AuthenticationFailed("the CA keys are encrypted and no passphrase can be asked for here")


def no_secret(ref: SecretRef, what: str) -> Secret | None:  # noqa: ARG001 - as Credentials.resolve
    """For runs without credentials."""
    return None


@dataclass(slots=True)
class Turn:
    """Restarts one host of a role at a time.

    lock: held during a restart. halted: the host whose restart failed; no other host is restarted
    after it.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    halted: str = ""

    @contextlib.asynccontextmanager
    async def of(self, host: str, undone: str) -> AsyncIterator[None]:
        """Waits for the host's turn; an error within it halts the hosts that are still waiting.

        Raises NotTried if an earlier turn failed. undone: what is then not done, for its message.
        """
        async with self.lock:
            if self.halted:
                raise NotTried(f"{undone}: the restart on {self.halted} failed")
            try:
                yield
            except ConnectionLost:
                raise  # may have succeeded: the step is retried with new facts
            except InstallerError:
                self.halted = host
                raise


@dataclass(slots=True)
class Run:
    """operation: what the run does. touched: host → paths changed so far.

    turns: the restart order of each role.
    unlock: asks for the passphrase of the CAs' keys. secret: reads a secret that the answers name.
    stop: how the user stops the run.
    reconnect: connects to a host again. lost: the hosts being reconnected.
    returning: a lock for each host, held while it is reconnected.
    """

    ctx: Context
    hosts: Mapping[str, Host]
    emit: Callable[[Event], None]
    cache: Cache
    operation: Operation
    reconnect: Callable[[str], Awaitable[None]] | None = None
    unlock: Callable[[], Awaitable[None]] = no_passphrase
    secret: Callable[[SecretRef, str], Secret | None] = no_secret
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

    async def all_connected(self) -> None:
        """Waits until every host is reconnected: no host restarts while another one is away."""
        while self.lost:  # noqa: ASYNC110 - rare, and for seconds
            await asyncio.sleep(0.1)

    def spec_of(self, host: str) -> HostSpec:
        return self.ctx.spec.host(host)

    def halt(self, host: str) -> None:
        """Prevents further restarts in this run of hosts that share a role with this one."""
        for role in self.spec_of(host).roles:
            self.turns[role].halted = host

    def log(self, host: str, step: str, text: str, level: Level = Level.INFO) -> None:
        self.emit(LogLine(host, step, level, text))

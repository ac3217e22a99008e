"""A Host over one SSH connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.remote import become, failures
from tui_installer.remote.channels import Channels
from tui_installer.remote.connect import Dialler
from tui_installer.remote.deadline import Deadline
from tui_installer.remote.escalation import Escalation, Work
from tui_installer.remote.forwards import Forwards
from tui_installer.remote.host import Completed
from tui_installer.remote.logins import settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable
    from pathlib import Path

    from tui_installer.model.spec import HostSpec
    from tui_installer.remote.connect import Opened
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.host_keys import HostKeyPolicy
    from tui_installer.remote.session import Session


async def connect(
    spec: HostSpec,
    *,
    credentials: Credentials,
    host_keys: HostKeyPolicy,
    timeout: float = 10,
    say: Callable[[str], None] = lambda _: None,
) -> SshHost:
    """Log in to a host, whose login is settled first (see `logins`).

    say: called with a sentence when the host turns connections away and is waited for.
    timeout: seconds for each connection on the way, prompts not counted. Raises ConnectionFailed,
    AuthenticationFailed, HostKeyRefused, or UsageError for a mistake in ssh_config.
    """
    spec = await settled(spec, credentials.environ)
    dialler = Dialler(spec.name, credentials, host_keys, timeout, say)
    return SshHost(spec, await dialler.open(spec.ssh), credentials)


class SshHost:
    """See `Host` for what its methods promise."""

    def __init__(self, spec: HostSpec, opened: Opened, credentials: Credentials) -> None:
        self.spec = spec
        self.login = opened.login
        self._opened = opened
        self._channels = Channels(opened.links[0])
        self._escalation = Escalation(spec, credentials, self._channels, opened)
        self._forwards = Forwards(opened.links[0], self)

    @property
    def root(self) -> str:
        """See `Host.root`."""
        return self._escalation.root

    async def run(
        self,
        script: str,
        *args: str,
        stdin: bytes | AsyncIterable[bytes] | None = None,
        timeout: float = 60,
        on_stderr: Callable[[str], None] | None = None,
    ) -> Completed:
        """See `Host.run`."""
        work = Work(become.script_line(script, args), stdin, on_stderr)
        return await self._run(work, timeout)

    async def stream(
        self, script: str, *args: str, stdin: AsyncIterable[bytes], sink: Callable[[bytes], None]
    ) -> Completed:
        """As `run`, without a limit of time; sink: called with what the script sends."""
        with self._channels.stays():
            return await self._run(Work(become.script_line(script, args), stdin, None, sink), None)

    async def forward(self, address: str, port: int) -> Path:
        """See `Host.forward`."""
        return await self._forwards.socket(address, port)

    async def forwarding(self, address: str, port: int) -> str:
        """See `Host.forwarding`."""
        return await self._forwards.way(address, port)

    @property
    def connected(self) -> bool:
        """See `Host.connected`."""
        return not self._opened.links[0].is_closed()

    async def close(self) -> None:
        """See `Host.close`."""
        await self._forwards.close()
        await self._opened.close()

    async def _run(self, work: Work, timeout: float | None) -> Completed:
        deadline = Deadline(timeout)
        try:
            async with deadline.running(), self._channels.slot():
                session = await self._escalation.start(work, deadline)
                await _exchange(session, work)
            self._escalation.finished(session)
        except TimeoutError:
            if not deadline.expired:  # it is that of what feeds stdin
                raise
            raise failures.no_end(self.spec, work.session_now, timeout or 0) from None
        except InstallerError as error:
            error.host = self.spec.name
            raise
        finally:
            work.session_now.abort()
        return Completed(session.exit_status(), session.stdout.value(), session.stderr.text())


async def _exchange(session: Session, work: Work) -> None:
    """Feed stdin until it or the script ends; then wait for the script."""
    feeding = asyncio.create_task(session.feed(work.line, work.stdin))
    try:
        await session.closed.wait()
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)

"""A Host over one SSH connection."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.errors import InstallerError
from tui_installer.model.spec import SudoMode
from tui_installer.remote import become, failures, refusals
from tui_installer.remote.channels import Channels
from tui_installer.remote.connect import Dialler
from tui_installer.remote.deadline import Deadline
from tui_installer.remote.forwards import Forwards
from tui_installer.remote.host import Completed
from tui_installer.remote.session import Session, TooMuch

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable
    from pathlib import Path

    from tui_installer.model.spec import HostSpec
    from tui_installer.remote.connect import Opened
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.host_keys import HostKeyPolicy

ROOT_USER = "root"


async def connect(
    spec: HostSpec,
    *,
    credentials: Credentials,
    host_keys: HostKeyPolicy,
    timeout: float = 10,
    say: Callable[[str], None] = lambda _: None,
) -> SshHost:
    """Log in to a host. timeout: seconds for each connection on the way, prompts not counted.

    say: called with a sentence when the host turns connections away and is waited for.

    Raises ConnectionFailed, AuthenticationFailed or HostKeyRefused.
    """
    dialler = Dialler(spec.name, credentials, host_keys, timeout, say)
    return SshHost(spec, await dialler.open(spec.ssh), credentials)


class SshHost:
    """See `Host` for what its methods promise."""

    def __init__(self, spec: HostSpec, opened: Opened, credentials: Credentials) -> None:
        self.spec = spec
        self.login = opened.login
        self.root = ""
        self._opened = opened
        self._channels = Channels(opened.links[0])
        self._credentials = credentials
        self._forwards = Forwards(opened.links[0], spec)
        self._first = asyncio.Lock()
        self._refused: InstallerError | None = None

    async def run(
        self,
        script: str,
        *args: str,
        stdin: bytes | AsyncIterable[bytes] | None = None,
        timeout: float = 60,
        on_stderr: Callable[[str], None] | None = None,
    ) -> Completed:
        """See `Host.run`."""
        line = become.script_line(script, args)
        deadline = Deadline(timeout)
        session = Session(secrets.token_hex(12), on_stderr)
        try:
            async with deadline.running():
                await self._run(session, line, stdin, deadline)
        except TimeoutError:
            if not deadline.expired:  # it is that of what feeds stdin
                raise
            raise failures.no_end(self.spec, session, timeout) from None
        except InstallerError as error:
            error.host = self.spec.name
            raise
        finally:
            session.abort()
        return Completed(session.exit_status(), session.stdout.value(), session.stderr.text())

    async def forward(self, address: str, port: int) -> Path:
        """See `Host.forward`."""
        return await self._forwards.socket(address, port)

    @property
    def connected(self) -> bool:
        """See `Host.connected`."""
        return not self._opened.links[0].is_closed()

    async def close(self) -> None:
        """See `Host.close`."""
        await self._forwards.close()
        await self._opened.close()

    async def _run(
        self,
        session: Session,
        line: bytes,
        stdin: bytes | AsyncIterable[bytes] | None,
        deadline: Deadline,
    ) -> None:
        is_root = self.spec.ssh.user == ROOT_USER
        async with self._channels.slot():
            if is_root:
                await self._open(session)
            else:
                await self._open_and_become(session, deadline)
            await _exchange(session, line, stdin)
        self._settle(session)

    async def _open(self, session: Session) -> None:
        sudo = self.spec.sudo is SudoMode.AUTO and self.spec.ssh.user != ROOT_USER
        try:
            await self._channels.open(session, become.command(session.nonce, sudo=sudo))
        except (OSError, asyncssh.Error) as error:
            if isinstance(error, asyncssh.ChannelOpenError) and self.connected:
                raise failures.no_session(self.spec) from None
            raise failures.lost(self.spec, error) from None

    async def _open_and_become(self, session: Session, deadline: Deadline) -> None:
        """Until one script has become root the others wait: a wrong password is tried once."""
        async with contextlib.nullcontext() if self.root else self._first:
            if self._refused:
                raise self._refused
            await self._open(session)
            await self._become(session, deadline)

    async def _become(self, session: Session, deadline: Deadline) -> None:
        await session.stage(asked=0)
        if session.becoming.asked:
            async with deadline.paused():
                password = await self._credentials.sudo_password(self.spec)
            await session.write(password.reveal() + b"\n")
            await session.stage(asked=1)
            if session.becoming.asked > 1:
                self._credentials.forget(self.spec, password)
        if session.becoming.asked <= 1 and not session.becoming.started:
            await session.closed.wait()  # for the rest of what sudo has to say
        self._settle(session)

    def _settle(self, session: Session) -> None:
        """Raise what is wrong; remember how root was reached, or that it cannot be."""
        if isinstance(session.problem, TooMuch):
            raise failures.too_much(self.spec)
        session.raise_problem()
        if not session.becoming.started:
            if session.status is None and session.becoming.asked <= 1:
                raise failures.lost(self.spec, session.lost)
            self._refused = refusals.explain(self.spec, session)
            raise self._refused
        self.root = session.becoming.result
        if session.closed.is_set() and session.status is None:
            raise failures.lost(self.spec, session.lost)


async def _exchange(
    session: Session, line: bytes, stdin: bytes | AsyncIterable[bytes] | None
) -> None:
    """Feed stdin until it or the script ends; then wait for the script."""
    feeding = asyncio.create_task(session.feed(line, stdin))
    try:
        await session.closed.wait()
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)

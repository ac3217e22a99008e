"""Becomes root on one host: directly for each script, or once, by a root shell that starts them.

The root shell is for programs that demand a terminal (doas, su, sudo with requiretty) and for
second factors, which are good for one time. It runs on a terminal, where the login user proves
what is wanted. Scripts never see the terminal: each has a session of its own without one, which
lends its stdin, stdout and stderr to the script by named pipes (see `become`).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.errors import AuthenticationFailed
from tui_installer.remote import become, failures, refusals
from tui_installer.remote.becoming import is_password, owner
from tui_installer.remote.session import Session, TooMuch

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable

    from tui_installer.errors import InstallerError
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import HostSpec
    from tui_installer.remote.channels import Channels
    from tui_installer.remote.connect import Opened
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.deadline import Deadline

ROOT_USER = "root"
PROMPTS = 10
"""More prompts than that are not answered."""
MENU_LINES = 6
"""Lines above a prompt that are shown with it: a menu of second factors, for one."""


@dataclass(slots=True)
class Work:
    """One script: its line, its stdin, and who listens. session_now: the newest session of it."""

    line: bytes
    stdin: bytes | AsyncIterable[bytes] | None
    on_stderr: Callable[[str], None] | None
    sink: Callable[[bytes], None] | None = None
    session_now: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session()

    def session(self) -> Session:
        """A new session for it."""
        self.session_now = Session(_nonce(), self.on_stderr, self.sink)
        return self.session_now


class Escalation:
    """root: one of `become.ROOT` once a script has started, '' before."""

    def __init__(
        self, spec: HostSpec, credentials: Credentials, channels: Channels, opened: Opened
    ) -> None:
        self.root = ""
        self._spec, self._credentials = spec, credentials
        self._channels, self._opened = channels, opened
        self._first = asyncio.Lock()
        self._refused: InstallerError | None = None
        self._shell: Session | None = None

    async def start(self, work: Work, deadline: Deadline) -> Session:
        """Returns the session in which the script may be sent. The caller holds a slot.

        Until one script has become root the others wait: a wrong password is tried once.
        Raises ConnectionFailed, AuthenticationFailed.
        """
        async with contextlib.nullcontext() if self.root else self._first:
            if self._refused:
                raise self._refused
            if self._shell is None:
                session = work.session_now
                await self._open(session, become.command(session.nonce, self._spec.sudo))
                if self.root == ROOT_USER:
                    return session
                if await self._directly(session, deadline):
                    return session
                session.abort()
                self._shell = await self._root_shell(session.becoming.program, deadline)
            return await self._by_shell(work.session(), self._shell)

    def finished(self, session: Session) -> None:
        """Raises what is wrong with a session that ended."""
        self._started(session)
        if session.closed.is_set() and session.status is None:
            raise failures.lost(self._spec, session.lost)

    async def _directly(self, session: Session, deadline: Deadline) -> bool:
        """Whether the script started; False if it takes a root shell."""
        state = session.becoming
        await session.stage()
        if state.prompt and state.certain:
            whose = owner(state.prompt, self._spec.ssh.user)
            password = await self._password(state.program, whose, deadline)
            said = await self._answer(session, password.reveal())
            if refusals.wrong_password(session) or (state.prompt and said):
                self._refuse_password(session, whose, password)
        if state.result == become.TERMINAL:
            state.program = state.detail
            return False
        if state.prompt and state.program:
            return False
        await self._settled(session)
        return True

    async def _root_shell(self, program: str, deadline: Deadline) -> Session:
        shell = Session(_nonce(), None, terminal=True)
        try:
            command = become.root_shell(shell.nonce, program)
            await self._channels.open_terminal(shell, command)
        except (OSError, asyncssh.Error) as error:
            if getattr(error, "code", None) == asyncssh.OPEN_REQUEST_PTY_FAILED:
                raise self._refuse(refusals.no_terminal(self._spec, program)) from None
            raise self._not_opened(error) from None
        state = shell.becoming
        await shell.stage()
        while state.prompt and state.program:
            if state.asked >= PROMPTS:
                raise self._refuse(refusals.endless(self._spec, program, state.prompt))
            await self._prove(shell, deadline)
        await self._settled(shell)
        return shell

    async def _prove(self, shell: Session, deadline: Deadline) -> None:
        """Answers one prompt of the root shell."""
        state, prompt = shell.becoming, shell.becoming.prompt
        program = state.program
        if not is_password(prompt):
            menu = state.since_asked.strip().splitlines()[-MENU_LINES:]
            async with deadline.paused():
                given = await self._credentials.ask_each_time(
                    f"{program} on {self._spec.name} asks: {'; '.join(menu)} "
                )
            if given is None:
                raise self._refuse(refusals.second_factor(self._spec, program, prompt))
            await self._answer(shell, given.reveal())
            return
        whose = ROOT_USER if program == "su" else owner(prompt, self._spec.ssh.user)
        password = await self._password(program, whose, deadline)
        said = await self._answer(shell, password.reveal())
        if refusals.wrong_password(shell) or (state.prompt == prompt and said):
            self._refuse_password(shell, whose, password)

    async def _password(self, program: str, whose: str, deadline: Deadline) -> Secret:
        async with deadline.paused():
            try:
                return await self._credentials.sudo_password(self._spec, whose, program)
            except AuthenticationFailed as error:
                raise self._refuse(error) from None

    async def _answer(self, session: Session, text: bytes) -> str:
        """Answers a prompt; returns what was said before the next one, '' if nothing."""
        session.becoming.answered()
        await session.write(text + b"\n")
        await session.stage()
        *said, _ = session.becoming.since_asked.rsplit("\n", 1)
        return "".join(said).strip()

    async def _by_shell(self, session: Session, shell: Session) -> Session:
        """Has the root shell start the session's script."""
        if shell.closed.is_set():
            raise failures.lost(self._spec, shell.lost)
        await self._open(session, become.pipes(session.nonce))
        await session.stage()
        if folder := session.becoming.folder:
            session.becoming.folder = ""
            line = f"{session.nonce} {folder}\n"
            await shell.write(line.encode("utf-8", "surrogateescape"))
            await session.stage()
        await self._settled(session)
        return session

    async def _open(self, session: Session, command: str) -> None:
        try:
            await self._channels.open(session, command)
        except (OSError, asyncssh.Error) as error:
            raise self._not_opened(error) from None

    def _not_opened(self, error: Exception) -> InstallerError:
        if isinstance(error, asyncssh.ChannelOpenError) and not self._opened.links[0].is_closed():
            return failures.no_session(self._spec, self._channels.lasting + 1)
        return failures.lost(self._spec, error)

    async def _settled(self, session: Session) -> None:
        """Raises why a session could not become root; remembers how it did."""
        state = session.becoming
        if not state.started and state.begun and not session.closed.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await session.closed.wait()  # for the rest of what is said
        self._started(session)
        self.root = state.result

    def _started(self, session: Session) -> None:
        if isinstance(session.problem, TooMuch):
            raise failures.too_much(self._spec)
        session.raise_problem()
        if not session.becoming.started:
            if session.closed.is_set() and session.status is None and session.lost:
                raise failures.lost(self._spec, session.lost)
            raise self._refuse(refusals.explain(self._spec, session, self._opened.login.remarks))

    def _refuse_password(self, session: Session, whose: str, password: Secret) -> None:
        self._credentials.forget(self._spec, password, whose)
        program = session.becoming.program
        raise self._refuse(refusals.refused_password(self._spec, program, whose, session))

    def _refuse(self, error: InstallerError) -> InstallerError:
        self._refused = error
        return error


def _nonce() -> str:
    return secrets.token_hex(12)

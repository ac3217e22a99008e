"""A run in its own process: it survives the terminal, and any process can follow it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.errors import ExitCode, InstallerError
from tui_installer.model import environment
from tui_installer.store import atomic

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_installer.model.secret import Secret
    from tui_installer.remote.credentials import Typed
    from tui_installer.store.session_folder import SessionFolder
    from tui_installer.store.session_lock import SessionLock

    Ask = Callable[[str], Awaitable[Secret | None]]

LOG = "background.log"
"""Stderr of the process, in the session's log folder; normally empty."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the process reads on its stdin, the only way for secrets.

    operation: the name of the operation to run.
    go_on: whether it continues when the process that started it is gone.
    """

    operation: str
    verify: bool = False
    new_token: bool = False
    accept_new_host_keys: bool = False
    break_lock: bool = False
    merge_kubeconfig: tuple[str, ...] = ()
    use_context: bool = False
    passphrase_file: str = ""
    passphrase_env: str = ""
    go_on: bool = True

    def line(self, typed: Typed) -> bytes:
        """Returns the order as one line, with secrets typed so far or from the environment."""
        data = {
            "order": {name: getattr(self, name) for name in self.__slots__},
            "environ": environment.kept_back(os.environ, environment.OURS),
            "passphrases": _plain(typed.passphrases),
            "passwords": _plain(typed.passwords),
            "logins": _plain(typed.logins),
        }
        return json.dumps(data).encode() + b"\n"


def _plain(secrets: dict[str, Secret]) -> dict[str, str]:
    return {
        name: secret.reveal().decode("utf-8", "surrogateescape") for name, secret in secrets.items()
    }


class Background:
    """The background process, seen by the process that started it; `start` makes one."""

    def __init__(self, process: asyncio.subprocess.Process, ask: Ask | None) -> None:
        self._process, self._ask = process, ask
        self._talking = asyncio.create_task(self._talk())
        self.refusal: InstallerError | None = None
        """Why it did not start."""

    @classmethod
    async def start(
        cls, session: SessionFolder, lock: SessionLock, order: Order, typed: Typed, ask: Ask | None
    ) -> Background:
        """Starts the process, which then shares the session's lock. Raises InstallerError."""
        log = await asyncio.to_thread(_log, session)
        name, handle = session.root.name, str(lock.handle)
        argv = (sys.executable, "-m", "tui_installer", "background", name, "--lock", handle)
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=environment.handed_on(os.environ, environment.OURS),
                pass_fds=(lock.handle,),
                start_new_session=True,
            )
        except OSError as error:
            raise InstallerError(f"the run's process cannot be started: {error}") from error
        finally:
            os.close(log)
        started = cls(process, ask)
        await started._send(order.line(typed))
        return started

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.returncode

    def stop(self) -> None:
        """Stops the run at the next safe point; a second call stops it at once."""
        stop(self.pid)

    async def ended(self) -> int:
        """Waits for the exit code. Raises the reason if the run did not start."""
        code = await self._process.wait()
        await asyncio.gather(self._talking, return_exceptions=True)
        if self.refusal is not None:
            raise self.refusal
        return code

    def leave(self) -> None:
        """Lets it continue alone; it can ask no more questions."""
        self._talking.cancel()

    async def _talk(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is piped
        while line := await self._process.stdout.readline():
            message = json.loads(line)
            if "ask" in message:
                given = await self._ask(message["ask"]) if self._ask else None
                text = given.reveal().decode("utf-8", "surrogateescape") if given else None
                await self._send(json.dumps({"answer": text}).encode() + b"\n")
            elif "refused" in message:
                self.refusal = _error(message["refused"])

    async def _send(self, line: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is piped
        with contextlib.suppress(ConnectionError):  # it has ended; `ended` reports that
            self._process.stdin.write(line)
            await self._process.stdin.drain()


def stop(pid: int) -> None:
    """Asks a run's process to stop at the next safe point."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)


def _log(session: SessionFolder) -> int:
    atomic.make_folder(session.logs)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    return os.open(session.logs / LOG, flags, 0o600)


def refused(error: InstallerError) -> bytes:
    """Returns the line that reports why the run did not start."""
    data = {"message": error.message, "details": error.details, "hint": error.hint}
    return json.dumps({"refused": {**data, "code": int(error.code)}}).encode() + b"\n"


def _error(data: dict[str, Any]) -> InstallerError:
    error = InstallerError(data["message"], details=tuple(data["details"]), hint=data["hint"])
    error.code = ExitCode(data["code"])
    return error

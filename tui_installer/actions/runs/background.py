"""A run in a process of its own: it outlives the terminal, and whoever wants to watches it."""

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
"""What the process itself says, in the session's folder of logs: nothing, if all is well."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is told on its stdin. Secrets go no other way.

    operation: the name of what it runs.
    go_on: whether it goes on when the one who began it is gone.
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
        """With what a person has typed so far, or put into a variable."""
        told = {
            "order": {name: getattr(self, name) for name in self.__slots__},
            "environ": environment.kept_back(os.environ, environment.OURS),
            "passphrases": _plain(typed.passphrases),
            "passwords": _plain(typed.passwords),
        }
        return json.dumps(told).encode() + b"\n"


def _plain(secrets: dict[str, Secret]) -> dict[str, str]:
    return {
        name: secret.reveal().decode("utf-8", "surrogateescape") for name, secret in secrets.items()
    }


class Background:
    """The process, from the side of the one who began it; `start` makes one."""

    def __init__(self, process: asyncio.subprocess.Process, ask: Ask | None) -> None:
        self._process, self._ask = process, ask
        self._talking = asyncio.create_task(self._talk())
        self.refusal: InstallerError | None = None
        """Why it did not begin at all."""

    @classmethod
    async def start(
        cls, session: SessionFolder, lock: SessionLock, order: Order, typed: Typed, ask: Ask | None
    ) -> Background:
        """It holds the session's lock as well from here on. Raises InstallerError."""
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
        await started._tell(order.line(typed))
        return started

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, None while it goes on."""
        return self._process.returncode

    def stop(self) -> None:
        """At the next safe point; asked again, at once."""
        stop(self.pid)

    async def ended(self) -> int:
        """Its exit code, once it has ended. Raises why it did not begin, if it did not."""
        code = await self._process.wait()
        await asyncio.gather(self._talking, return_exceptions=True)
        if self.refusal is not None:
            raise self.refusal
        return code

    def leave(self) -> None:
        """It goes on alone: nobody can be asked any more."""
        self._talking.cancel()

    async def _talk(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is piped
        while line := await self._process.stdout.readline():
            told = json.loads(line)
            if "ask" in told:
                given = await self._ask(told["ask"]) if self._ask else None
                text = given.reveal().decode("utf-8", "surrogateescape") if given else None
                await self._tell(json.dumps({"answer": text}).encode() + b"\n")
            elif "refused" in told:
                self.refusal = _error(told["refused"])

    async def _tell(self, line: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is piped
        with contextlib.suppress(ConnectionError):  # it has ended, which is told by its end
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
    """The line that tells the one who began it why it did not begin."""
    told = {"message": error.message, "details": error.details, "hint": error.hint}
    return json.dumps({"refused": {**told, "code": int(error.code)}}).encode() + b"\n"


def _error(told: dict[str, Any]) -> InstallerError:
    error = InstallerError(told["message"], details=tuple(told["details"]), hint=told["hint"])
    error.code = ExitCode(told["code"])
    return error

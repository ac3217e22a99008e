"""Lets one process write a session: a lock that ends with its process and names its holder."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import socket
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.moment import moment
from tui_installer.store import atomic

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

FILE = "lock"
RUN, WIZARD = "run", "wizard"
"""The purposes of a lock."""
PATIENCE = 0.3
"""Seconds to retry: a process that only tests the lock holds it for a moment."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a lock. since: UNIX seconds. what: RUN or WIZARD."""

    pid: int
    host: str
    user: str
    since: float
    what: str

    @classmethod
    def me(cls, what: str) -> Holder:
        return cls(os.getpid(), socket.gethostname(), getpass.getuser(), time.time(), what)

    def __str__(self) -> str:
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.since))
        return f"{self.user} on {self.host}, {self.what}, pid {self.pid}, since {since}"


class SessionBusy(UsageError):
    """Another process works on the session. holder: None if unknown."""

    def __init__(self, folder: Path, holder: Holder | None) -> None:
        super().__init__(
            f"the session {folder.name} is in use",
            details=(f"by: {holder}",) if holder else (),
            hint=f"watch it: tui-installer attach {folder.name}; "
            "or wait until it finishes: finished steps are not repeated",
        )
        self.holder = holder


class SessionLock:
    """A lock, held from `take` to `release`; the kernel releases it when its processes end.

    A child that inherits `handle` holds it too. former: a holder that died without a release.
    """

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.former: Holder | None = None

    @classmethod
    def take(cls, folder: Path, what: str) -> Self:
        """Takes the lock. Raises SessionBusy, or InstallerError if the folder can't be written."""
        try:
            atomic.make_folder(folder)
            lock = cls(os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise InstallerError(
                f"cannot write the session folder {folder}: {error.strerror}",
                hint="nothing was changed; fix the folder or set TUI_INSTALLER_HOME",
            ) from error
        if not _locked(lock.handle):
            holder = lock._read()
            os.close(lock.handle)
            raise SessionBusy(folder, holder)
        lock.former = lock._read()
        lock.write_holder(what)
        atomic.sweep(folder)
        return lock

    @classmethod
    def given(cls, handle: int) -> Self:
        """The lock that a parent process took and passed on."""
        return cls(handle)

    def write_holder(self, what: str) -> None:
        """Records this process as the holder, and its purpose."""
        text = json.dumps(asdict(Holder.me(what))).encode()
        with contextlib.suppress(OSError):  # on a full disk the lock still holds
            os.ftruncate(self.handle, 0)
            os.pwrite(self.handle, text, 0)

    def release(self) -> None:
        """Releases the lock in this process; a child keeps it."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

    def done(self) -> None:
        """Releases the lock and removes the holder's record; for the last holder."""
        with contextlib.suppress(OSError):
            os.ftruncate(self.handle, 0)
        self.release()

    def _read(self) -> Holder | None:
        return _holder(os.pread(self.handle, 4096, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.done()


def held(folder: Path) -> bool:
    """Whether a process holds the lock now."""
    try:
        handle = os.open(folder / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def holder(folder: Path) -> Holder | None:
    """The lock's holder; None if there is none or it is unknown."""
    if not held(folder):
        return None
    try:
        return _holder((folder / FILE).read_bytes())
    except OSError:
        return None


def _holder(text: bytes) -> Holder | None:
    try:
        data: Any = json.loads(text)
        return Holder(
            int(data["pid"]),
            str(data["host"]),
            str(data["user"]),
            moment(data["since"]),
            str(data["what"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _locked(handle: int) -> bool:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        else:
            return True

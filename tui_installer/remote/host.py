"""The interface of a connected machine that the engine uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable
    from pathlib import Path

    from tui_installer.model.spec import HostSpec


@dataclass(frozen=True, slots=True)
class Completed:
    """A script that ended. stdout: as it was sent. stderr: cleaned.

    status: the exit status, or 128 + the signal that ended it.
    """

    status: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        """stdout, cleaned; no line is cut."""
        return clean(self.stdout, limit=len(self.stdout) + 1)


@dataclass(frozen=True, slots=True)
class Login:
    """How the SSH login went.

    identity: what was accepted, such as ``~/.ssh/id_ed25519``.
    host_key: ``SHA256:…`` of the key the host proved to have.
    tried: each identity with its result, in order.
    remarks: what sshd says of the login, such as the line that let the key in; it comes later.
    """

    user: str
    identity: str
    host_key: str
    tried: tuple[str, ...]
    remarks: list[str] = field(default_factory=list, compare=False, repr=False)


class Host(Protocol):
    """One machine, connected."""

    spec: HostSpec
    login: Login

    @property
    def root(self) -> str:
        """How root was reached, once a script has run; '' before. One of `become.ROOT`."""
        ...

    async def run(
        self,
        script: str,
        *args: str,
        stdin: bytes | AsyncIterable[bytes] | None = None,
        timeout: float = 60,
        on_stderr: Callable[[str], None] | None = None,
    ) -> Completed:
        """Run a POSIX-sh script as root; `args` are its ``$1…``. One exec channel.

        The script starts in ``/`` with LC_ALL=C and the sbin folders on PATH.
        timeout: seconds. on_stderr: called with each cleaned line as it arrives.
        Any exit status is a result, not an error. Raises ConnectionFailed if the status
        is unknown (connection lost, timeout; the script may go on running there),
        AuthenticationFailed if root cannot be reached, InstallerError if the script
        sends more than is allowed.
        """

    async def forward(self, address: str, port: int) -> Path:
        """A unix socket here whose connections go to address:port as the host sees it.

        It lies in a folder of mode 0700 and goes with `close`. The same place gives the
        same socket. Raises ConnectionFailed if the host has no way for it.
        """

    async def forwarding(self, address: str, port: int) -> str:
        """How `forward` reaches the place: ``sshd``, or the program that relays; '' if it can't."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the connection is still there, as far as it is known here."""
        ...

    async def close(self) -> None:
        """End the connection and remove what it had here."""

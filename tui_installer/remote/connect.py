"""One SSH connection, through jump hosts if need be.

~/.ssh/config is not read: what a run does must follow from its answers alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.errors import HostKeyRefused, InstallerError
from tui_installer.remote import failures
from tui_installer.remote.deadline import Deadline
from tui_installer.remote.gate import Gate, algorithms, host_key, others, revoked_keys
from tui_installer.remote.host import Login
from tui_installer.remote.identities import Identities

if TYPE_CHECKING:
    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.host_keys import HostKeyPolicy

KEEPALIVE_SECONDS = 2
KEEPALIVE_MISSES = 3
"""A host that is silent for 2 s x (3 + 1) is lost. Any byte from it restarts the count, and a
busy event loop reads what has arrived before it looks at timers, so only the host can be late."""

# AES-GCM is one call into OpenSSL a packet and has hardware support nearly everywhere; in asyncssh
# it is several times as fast as chacha20-poly1305, its own first choice.
CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes256-ctr",
    "chacha20-poly1305@openssh.com",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """links: the connection to the machine, then those to its jump hosts, nearest last."""

    links: tuple[asyncssh.SSHClientConnection, ...]
    login: Login

    async def close(self) -> None:
        for link in self.links:
            link.close()
            await link.wait_closed()

    def abort(self) -> None:
        for link in self.links:
            link.abort()


@dataclass(frozen=True, slots=True)
class Dialler:
    """What every connection of one machine is made with. timeout: seconds for each link."""

    name: str
    credentials: Credentials
    host_keys: HostKeyPolicy
    timeout: float

    async def open(self, ssh: SshSpec, name: str = "") -> Opened:
        """Log in. Raises ConnectionFailed, AuthenticationFailed or HostKeyRefused."""
        jump = await self.open(ssh.jump, f"jump host of {self.name}") if ssh.jump else None
        links = jump.links if jump else ()
        try:
            link, login = await self._log_in(ssh, name or self.name, links)
        except BaseException as error:
            if isinstance(error, InstallerError):
                error.host = self.name
            if jump:
                jump.abort()
            raise
        return Opened((link, *links), login)

    async def _log_in(
        self, ssh: SshSpec, name: str, links: tuple[asyncssh.SSHClientConnection, ...]
    ) -> tuple[asyncssh.SSHClientConnection, Login]:
        """Retries with the machine's other host keys as long as the answers' fingerprint may
        be that of another kind of key than the one it showed.
        """
        wanted = algorithms(ssh, self.host_keys)
        first: InstallerError | None = None
        while True:
            attempt = Attempt(self, ssh, name)
            try:
                return await attempt.run(wanted, links[0] if links else None)
            except HostKeyRefused as refusal:
                first = first or refusal
                shown = attempt.gate.shown
                if not (shown and ssh.fingerprint and ssh.fingerprint != shown.fingerprint):
                    raise
                wanted = others(wanted, shown)
            except InstallerError as error:
                if first and attempt.gate.shown is None:  # it has no key of the other kinds
                    raise first from None
                raise error from None
            if not wanted:
                raise first


class Attempt:
    """One login attempt at one machine."""

    def __init__(self, dialler: Dialler, ssh: SshSpec, name: str) -> None:
        self._ssh, self._name, self._policy = ssh, name, dialler.host_keys
        self._seconds = dialler.timeout
        self._deadline = Deadline(self._seconds)
        self._identities = Identities(ssh, dialler.credentials, self._deadline)
        self.gate = Gate(name, ssh, dialler.host_keys, self._identities)

    async def run(
        self, wanted: list[str], tunnel: asyncssh.SSHClientConnection | None
    ) -> tuple[asyncssh.SSHClientConnection, Login]:
        try:
            async with self._deadline.running():
                link = await self._connect(wanted, tunnel)
        except TimeoutError:
            seconds = self._seconds
            raise failures.timed_out(self._name, self._ssh, self.gate, seconds) from None
        except failures.EXPECTED as error:
            raise failures.explain(
                error, self._name, self._ssh, self.gate, self._identities
            ) from None
        finally:
            await self.gate.close()
            await self._identities.close()
        if self.gate.new_key:
            self._policy.remember(self._ssh, self.gate.new_key)
        return link, self._login(link)

    async def _connect(
        self, wanted: list[str], tunnel: asyncssh.SSHClientConnection | None
    ) -> asyncssh.SSHClientConnection:
        return await asyncssh.connect(
            self._ssh.address,
            self._ssh.port,
            tunnel=tunnel or (),
            config=None,
            username=self._ssh.user,
            client_factory=lambda: self.gate,
            # Trusting no key by itself, asyncssh asks the gate about each one.
            known_hosts=([], [], revoked_keys(self._ssh, self._policy)),
            server_host_key_algs=wanted,
            client_keys=None,
            agent_path=None,
            gss_host=None,
            preferred_auth="publickey",
            encryption_algs=list(CIPHERS),
            compression_algs=["none"],
            login_timeout=0,
            keepalive_interval=KEEPALIVE_SECONDS,
            keepalive_count_max=KEEPALIVE_MISSES,
        )

    def _login(self, link: asyncssh.SSHClientConnection) -> Login:
        accepted = self.gate.settle("accepted")
        key = link.get_server_host_key()
        return Login(
            user=self._ssh.user,
            identity=accepted.label if accepted else "none, the host asked for no key",
            host_key=host_key(key).fingerprint if key else "",
            tried=tuple(str(identity) for identity in self.gate.tried),
            remarks=self.gate.remarks,
        )

"""One SSH connection, through jump hosts or a ProxyCommand if need be.

asyncssh reads no configuration: `logins` settled the login before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.errors import HostKeyRefused, InstallerError
from tui_installer.remote import failures
from tui_installer.remote.credentials import Asker
from tui_installer.remote.deadline import Deadline
from tui_installer.remote.gate import NO_LOGIN, Gate, algorithms, host_key, others, revoked_keys
from tui_installer.remote.host import Login
from tui_installer.remote.host_keys import place
from tui_installer.remote.identities import Identities
from tui_installer.remote.known_hosts import host_name
from tui_installer.remote.prompts import ACCEPTED, REFUSED, Prompts
from tui_installer.remote.proxy import Proxy, no_connection
from tui_installer.remote.recent_logins import RecentLogins, rested
from tui_installer.remote.throttling import Throttled, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable

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


METHODS = ("publickey", "keyboard-interactive", "password", "gssapi-with-mic", "hostbased")
"""In OpenSSH's order; the last two are known, so that a refusal can name them, but never tried."""


@dataclass(frozen=True, slots=True)
class Opened:
    """links: the connection to the machine, then those to its jump hosts, nearest last.

    proxy: the ProxyCommand that the last of them goes through.
    """

    links: tuple[asyncssh.SSHClientConnection, ...]
    login: Login
    proxy: Proxy | None = None

    async def close(self) -> None:
        for link in self.links:
            link.close()
            await link.wait_closed()
        if self.proxy:
            await self.proxy.close()

    def abort(self) -> None:
        for link in self.links:
            link.abort()
        if self.proxy:
            self.proxy.end()


@dataclass(frozen=True, slots=True)
class Dialler:
    """What every connection of one machine is made with.

    timeout: seconds for each link. say: called with a sentence when a login has to wait.
    """

    name: str
    credentials: Credentials
    host_keys: HostKeyPolicy
    timeout: float
    say: Callable[[str], None] = lambda _: None

    async def open(self, ssh: SshSpec, name: str = "") -> Opened:
        """Log in. Raises ConnectionFailed, AuthenticationFailed or HostKeyRefused."""
        jump = await self.open(ssh.jump, f"jump host of {self.name}") if ssh.jump else None
        links = jump.links if jump else ()
        try:
            account = f"{ssh.user}@{ssh.address}" if name else ssh.user
            asker = Asker(name or self.name, ssh, account)
            made = await self._patiently(asker, links)
        except BaseException as error:
            if isinstance(error, InstallerError):
                error.host = self.name
            if jump:
                jump.abort()
            raise
        return Opened(
            (*made.links, *links), made.login, made.proxy or (jump.proxy if jump else None)
        )

    async def _patiently(
        self, asker: Asker, links: tuple[asyncssh.SSHClientConnection, ...]
    ) -> Opened:
        """Tries again while the host turns connections away, within limits."""
        waiting = Waiting(self.say)
        while True:
            try:
                async with self.credentials.turns.at(host_name(asker.ssh.address, asker.ssh.port)):
                    return await self._log_in(asker, links)
            except Throttled as error:
                await waiting.pause(error)

    async def _log_in(
        self, asker: Asker, links: tuple[asyncssh.SSHClientConnection, ...]
    ) -> Opened:
        """Retries with the machine's other host keys as long as the answers' fingerprint may
        be that of another kind of key than the one it showed.
        """
        ssh = asker.ssh
        wanted = algorithms(ssh, self.host_keys)
        first: InstallerError | None = None
        while True:
            attempt = Attempt(self, asker)
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

    def __init__(self, dialler: Dialler, asker: Asker) -> None:
        self._ssh, self._name, self._policy = asker.ssh, asker.name, dialler.host_keys
        self._deadline = Deadline(self._ssh.connect_timeout or dialler.timeout)
        self._proxy: Proxy | None = None
        self._recent = RecentLogins(self._policy.own.with_name("recent_logins"))
        self._answered = self._recent.answered(self._ssh)
        self._identities = Identities(self._ssh, dialler.credentials, self._deadline)
        lately = self._recent.refused(self._ssh)
        queue = rested(self._identities.all(), lately)
        prompts = Prompts(asker, dialler.credentials, self._deadline, lately)
        self.gate = Gate(self._name, self._ssh, self._policy, queue, prompts)

    async def run(self, wanted: list[str], tunnel: asyncssh.SSHClientConnection | None) -> Opened:
        error: Exception | None = None
        try:
            async with self._deadline.running():
                link = await self._connect(wanted, tunnel)
        except failures.EXPECTED as caught:
            error = caught
        except BaseException:
            if self._proxy:
                self._proxy.end()
            raise
        finally:
            await self.gate.close(error)
            await self._identities.close()
        self._note()
        if error is not None:
            await self._require_proxy()
            raise self._explained(error)
        if self.gate.new_key:
            self._policy.remember(self._ssh, self.gate.new_key)
        return Opened((link,), self._login(link), self._proxy)

    async def _require_proxy(self) -> None:
        """Ends the ProxyCommand. If no SSH came through it, that is the cause of the failure."""
        if self._proxy:
            said = await self._proxy.close()
            if not self.gate.greeted:
                raise no_connection(place(self._name, self._ssh), self._ssh.proxy_command, said)

    def _explained(self, error: Exception) -> InstallerError:
        failed = failures.Failed(
            self._name, self._ssh, self.gate, self._identities.agent_problem, self._answered
        )
        if isinstance(error, TimeoutError) and self._deadline.expired:
            return failed.timed_out(self._deadline.seconds or 0)
        return failed.explain(error)

    def _note(self) -> None:
        """What the host said to each key, and to a password of a file, for the next login."""
        keys = [(one.result, one.pair.public_data) for one in self.gate.tried if one.pair]
        file = self.gate.prompts.refused_file
        if self.gate.greeted:
            refused = [blob for result, blob in keys if result in (REFUSED, NO_LOGIN)]
            accepted = [blob for result, blob in keys if result == ACCEPTED]
            self._recent.note(
                self._ssh, refused=[*refused, *([file] if file else [])], accepted=accepted
            )

    async def _connect(
        self, wanted: list[str], tunnel: asyncssh.SSHClientConnection | None
    ) -> asyncssh.SSHClientConnection:
        if self._ssh.proxy_command:
            self._proxy = await Proxy.start(self._ssh.proxy_command)
        return await asyncssh.connect(
            self._ssh.address,
            self._ssh.port,
            tunnel=tunnel or (),
            sock=self._proxy.sock if self._proxy else None,
            host_key_alias=self._ssh.host_key_alias or None,
            config=None,
            username=self._ssh.user,
            client_factory=lambda: self.gate,
            # Trusting no key by itself, asyncssh asks the gate about each one.
            known_hosts=([], [], revoked_keys(self._ssh, self._policy)),
            server_host_key_algs=wanted,
            client_keys=None,
            agent_path=None,
            gss_host=None,
            host_based_auth=False,
            preferred_auth=METHODS,
            encryption_algs=list(CIPHERS),
            compression_algs=["none"],
            login_timeout=0,
            keepalive_interval=KEEPALIVE_SECONDS,
            keepalive_count_max=KEEPALIVE_MISSES,
        )

    def _login(self, link: asyncssh.SSHClientConnection) -> Login:
        accepted = [identity.label for identity in self.gate.accepted]
        key = link.get_server_host_key()
        return Login(
            user=self._ssh.user,
            identity=" and ".join(accepted) or "none, the host asked for no key",
            host_key=host_key(key).fingerprint if key else "",
            tried=tuple(str(identity) for identity in self.gate.tried),
            remarks=self.gate.remarks,
        )

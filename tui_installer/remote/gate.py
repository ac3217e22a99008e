"""What asyncssh asks during a login: is this host key good, and which key comes next."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import asyncssh

from tui_installer.errors import HostKeyRefused
from tui_installer.remote.clean import clean
from tui_installer.remote.known_hosts import HostKey
from tui_installer.remote.prompts import ACCEPTED, REFUSED
from tui_installer.remote.throttling import Greeting

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.host_keys import HostKeyPolicy
    from tui_installer.remote.identities import Identity
    from tui_installer.remote.prompts import Prompts

    Queue = AsyncGenerator[Identity, None]

CERTIFICATE_ALGORITHMS = tuple(
    f"{kind}-cert-v01@openssh.com"
    for kind in (
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "rsa-sha2-512", "rsa-sha2-256",
    )
)  # fmt: skip
MSG_IGNORE = 2
"""RFC 4253, 12."""
REMARKS = 20
NO_LOGIN = "accepted by the host, which then refused the login"
CUT_OFF = "accepted by the host, which then ended the connection"
"""For reasons that lie with the account: sshd ends the connection if PAM's account part fails."""
BANNER_LIMIT = 4096
FAMILIES = {
    "ed25519": ("ssh-ed25519",),
    "ecdsa": ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    "rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
"""Signature algorithms by the kind of host key they use."""


class Gate(asyncssh.SSHClient):
    """One login attempt: decides about the host key, proves who logs in, remembers both."""

    def __init__(
        self, name: str, ssh: SshSpec, policy: HostKeyPolicy, queue: Queue, prompts: Prompts
    ) -> None:
        self._name, self._ssh, self._policy = name, ssh, policy
        self._queue, self.prompts = queue, prompts
        self._offered: Identity | None = None
        self.connection: asyncssh.SSHClientConnection | None = None
        self.greeting = Greeting()
        self.banner = ""
        self.tried: list[Identity] = []
        self.accepted: list[Identity] = []
        self.needed: list[str] = []
        self.refused: HostKeyRefused | None = None
        self.new_key: HostKey | None = None
        self.shown: HostKey | None = None
        self.asked_for_keys = False
        self.remarks: list[str] = []
        self.cut_off = False
        """Whether the host ended the connection instead of saying yes or no to a proof."""

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self.connection = conn
        _without_ignored(conn)
        self.greeting.listen(conn)

    def debug_msg_received(self, msg: str, lang: str, always_display: bool) -> None:
        """sshd says which line of which file let a key in, and which options that line has."""
        del lang, always_display
        if len(self.remarks) < REMARKS:
            self.remarks.append(clean(msg))

    @property
    def greeted(self) -> bool:
        """Whether the other side spoke SSH."""
        made = self.connection
        return bool(made and made.get_extra_info("server_version"))

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Called for every plain key, since asyncssh itself is given no trusted key.

        addr is '' behind a jump host; the lookup goes by what the spec says.
        """
        del host, addr, port
        shown = self.shown = host_key(key)
        try:
            self.new_key = shown if self._policy.check(self._name, self._ssh, shown) else None
        except HostKeyRefused as refusal:
            self.refused = refusal
        return self.refused is None

    def validate_host_ca_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """From here asyncssh goes on to check the certificate's names, times and revocation."""
        del host, addr, port
        try:
            self._policy.check_authority(self._name, self._ssh, host_key(key))
        except HostKeyRefused as refusal:
            self.refused = refusal
        return self.refused is None

    def auth_banner_received(self, msg: str, lang: str) -> None:
        """What the host shows before and after a login; of an expired account, for one."""
        del lang
        self.banner = (self.banner + msg)[-BANNER_LIMIT:]

    async def public_key_auth_requested(self) -> list[asyncssh.SSHKeyPair] | None:
        """The next key; that there is a next one means that the last was refused."""
        self._heed()
        self.asked_for_keys = True
        self.settle(REFUSED)
        async for identity in self._queue:
            self.tried.append(identity)
            if identity.pair is not None and not identity.result:
                self._offered = identity
                return [identity.pair]
        return None

    def kbdint_auth_requested(self) -> str | None:
        """Whether to let the host ask."""
        self._heed()
        return self.prompts.interactive(curious=bool(self.accepted) or not self.asked_for_keys)

    async def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """What the user, or the answers, say to the host's prompts."""
        del lang
        return await self.prompts.answers(name, instructions, prompts)

    async def password_auth_requested(self) -> str | None:
        """The password, once."""
        self._heed()
        return await self.prompts.password()

    def password_change_requested(self, prompt: str, lang: str) -> Any:
        """An expired password is not changed from here."""
        del prompt, lang
        self.prompts.expired()
        return NotImplemented

    def settle(self, result: str) -> None:
        """Write down how the offered key, or the method under way, fared."""
        offered, self._offered = self._offered, None
        if offered and offered.pair:
            signed = result == REFUSED and offered.pair.signed
            offered.result = offered.pair.problem or (NO_LOGIN if signed else result)
        else:
            offered = self.prompts.settle(result)
        if offered and result == ACCEPTED:
            self.accepted.append(offered)
            self.needed = list(self.connection.get_server_auth_methods()) if self.connection else []

    async def close(self, error: Exception | None) -> None:
        """The end of the attempt: every identity gets a result. error: why it failed."""
        if error and too_many(error):
            self.settle(REFUSED)
            count = sum(identity.result in (REFUSED, NO_LOGIN) for identity in self.tried)
            async for identity in self._queue:
                identity.result = identity.result or f"not tried: the host closed after {count}"
                self.tried.append(identity)
        if (
            error
            and self._awaiting
            and isinstance(error, asyncssh.ConnectionLost | ConnectionError)
        ):
            self.cut_off = True
            self.settle(CUT_OFF)
        self.settle("no answer, the connection ended" if error else ACCEPTED)
        await self._queue.aclose()
        self.tried += self.prompts.tried

    @property
    def _awaiting(self) -> bool:
        """Whether all that the host asked for is sent."""
        offered = self._offered
        return self.prompts.answering or bool(offered and offered.pair and offered.pair.signed)

    def _heed(self) -> None:
        """Have asyncssh tell us how the method fared that it starts now.

        It calls auth_succeeded after a part of what the host wants, too (RFC 4252, 5.1).
        """
        method = self.connection.auth if self.connection else None
        if method is not None:
            method.auth_succeeded = lambda: self.settle(ACCEPTED)  # type: ignore[attr-defined]
            method.auth_failed = lambda: self.settle(REFUSED)  # type: ignore[attr-defined]


def too_many(error: Exception) -> bool:
    """Whether the host ended the login because MaxAuthTries was reached."""
    return "too many authentication failures" in str(error).lower()


def _without_ignored(conn: asyncssh.SSHClientConnection) -> None:
    """Stops asyncssh from putting an empty MSG_IGNORE before each packet.

    It protects ciphers in CBC mode (RFC 4253, 9.3.1), which are not offered. Without it an upload
    makes half as many writes here and reads on the host.
    """
    send = conn.send_packet

    def sent(pkttype: int, *args: bytes, handler: object = None) -> None:
        if pkttype != MSG_IGNORE:
            send(pkttype, *args, handler=handler)  # type: ignore[arg-type]

    conn.send_packet = sent  # type: ignore[method-assign]


def host_key(key: asyncssh.SSHKey) -> HostKey:
    return HostKey(key.algorithm.decode("ascii", "replace"), key.public_data)


def algorithms(ssh: SshSpec, policy: HostKeyPolicy) -> list[str]:
    """Host key algorithms to offer: of the kinds that are known first, as OpenSSH does.

    Certificates only where a @cert-authority line covers the machine, and never where the
    answers give a fingerprint: that is compared with a plain key.
    """
    known = policy.known(ssh)
    kinds = {_family(entry.key.kind) for entry in known.keys}
    ordered = sorted(FAMILIES, key=lambda family: family not in kinds)
    plain = [name for family in ordered for name in FAMILIES[family]]
    certified = known.authorities and not ssh.fingerprint
    return [*(CERTIFICATE_ALGORITHMS if certified else ()), *plain]


def revoked_keys(ssh: SshSpec, policy: HostKeyPolicy) -> list[asyncssh.SSHKey]:
    """For asyncssh's check of host certificates; plain keys are checked by the policy."""
    known = policy.known(ssh)
    entries = known.revoked if known.authorities else ()
    keys = (_public_key(entry.key) for entry in entries)
    return [key for key in keys if key]


def _public_key(key: HostKey) -> asyncssh.SSHKey | None:
    try:
        return asyncssh.import_public_key(f"{key.kind} {base64.b64encode(key.blob).decode()}")
    except asyncssh.KeyImportError:
        return None


def others(offered: list[str], shown: HostKey) -> list[str]:
    """The algorithms left when the kind of the key that was shown is left out."""
    seen = FAMILIES.get(_family(shown.kind), ())
    return [name for name in offered if name not in seen]


def _family(kind: str) -> str:
    return kind.removeprefix("ssh-").partition("-")[0]

"""Key pairs that asyncssh offers: signed by a file's key, a locked file's key or the agent."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import asyncssh

from tui_installer.remote import key_files
from tui_installer.remote.credentials import NoPassphrase, WrongPassphrase

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.deadline import Deadline

AGENT_SECONDS = 60.0
"""How long an agent may take to sign: the user may have to confirm it or to touch a token."""
RSA = (b"rsa-sha2-512", b"rsa-sha2-256")
_CERTIFIED = b"-cert-v01@openssh.com"
_AGENT_FLAGS = {b"rsa-sha2-256": 2, b"rsa-sha2-512": 4}
"""draft-miller-ssh-agent, 4.5.1."""


class CannotSign(ValueError):
    """The key cannot sign; asyncssh goes on to the next one, as it does for any ValueError."""


class Signer(Protocol):
    """Signs with the private key, wherever that is. Raises CannotSign."""

    async def __call__(self, data: bytes, algorithm: bytes) -> bytes: ...


class Offer(asyncssh.SSHKeyPair):
    """One key or certificate to offer.

    signed: whether the host accepted it so far as to get a signature. problem: why it could not
    sign.
    """

    def __init__(
        self,
        public: asyncssh.SSHKey,
        sign: Signer,
        certificate: asyncssh.SSHCertificate | None = None,
    ) -> None:
        # ssh-rsa stands for signatures by SHA-1, which OpenSSH does not offer either.
        algorithms = RSA if public.algorithm == b"ssh-rsa" else tuple(public.sig_algorithms)
        super().__init__(
            public.algorithm,
            public.algorithm,
            algorithms,
            algorithms,
            public.public_data,
            None,
            certificate,
        )
        self.sig_algorithms = algorithms
        self._sign = sign
        self.signed = False
        self.problem = ""
        self.set_sig_algorithm(algorithms[0])

    def set_sig_algorithm(self, sig_algorithm: bytes) -> None:
        """Also names a certificate by its signature, else asyncssh would offer it twice."""
        super().set_sig_algorithm(sig_algorithm)
        if self.has_cert and sig_algorithm in RSA:
            self.algorithm = sig_algorithm + _CERTIFIED

    async def sign_async(self, data: bytes) -> bytes:
        """Called once the host says that it accepts the key. Raises CannotSign."""
        try:
            signature = await self._sign(data, self.sig_algorithm)
        except CannotSign as error:
            self.problem = f"accepted by the host, but {error}"
            raise
        self.signed = True
        return signature


@dataclass(frozen=True, slots=True)
class OpenKey:
    """Signs with a key that is in memory."""

    key: asyncssh.SSHKey

    async def __call__(self, data: bytes, algorithm: bytes) -> bytes:
        return self.key.sign(data, algorithm)


@dataclass(frozen=True, slots=True)
class LockedKey:
    """Signs with an encrypted key whose passphrase is asked for only then."""

    file: Path
    ssh: SshSpec
    credentials: Credentials
    deadline: Deadline

    async def __call__(self, data: bytes, algorithm: bytes) -> bytes:
        try:
            async with self.deadline.paused():
                key = await self.credentials.unlock(
                    self.ssh.passphrase, self.file, key_files.Opener(self.file)
                )
        except (WrongPassphrase, NoPassphrase) as error:
            raise CannotSign(str(error)) from None
        return key.sign(data, algorithm)


@dataclass(frozen=True, slots=True)
class AgentKey:
    """Signs by the agent. blob: what the agent knows the key or certificate by."""

    agent: asyncssh.SSHAgentClient
    blob: bytes
    deadline: Deadline

    async def __call__(self, data: bytes, algorithm: bytes) -> bytes:
        flags = _AGENT_FLAGS.get(algorithm, 0)
        try:
            async with self.deadline.paused(), asyncio.timeout(AGENT_SECONDS):
                return await self.agent.sign(self.blob, data, flags)
        except TimeoutError:
            raise CannotSign(
                f"the agent did not sign within {AGENT_SECONDS:g} s: confirm the request, or touch "
                "the token, when it asks"
            ) from None
        except ValueError:
            raise CannotSign(
                "the agent refused to sign: a confirmation was denied, the agent is locked, or "
                "the token that holds the key is not there"
            ) from None


def imported(blob: bytes) -> tuple[asyncssh.SSHKey, asyncssh.SSHCertificate | None]:
    """The public key of a blob in RFC 4253 encoding, and the certificate if it is one.

    Raises ValueError for a kind of key that is not known.
    """
    size = int.from_bytes(blob[:4], "big")
    kind = blob[4 : 4 + size]
    line = kind + b" " + base64.b64encode(blob)
    if kind.endswith(_CERTIFIED):
        certificate = asyncssh.import_certificate(line)
        return certificate.key, certificate
    return asyncssh.import_public_key(line), None

"""The user's SSH agent: which keys and certificates it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.remote.clean import clean
from tui_installer.remote.key_pairs import AgentKey, Offer, imported
from tui_installer.remote.known_hosts import HostKey

if TYPE_CHECKING:
    from tui_installer.remote.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Held:
    """A key that the agent holds. certificate: if that is what it holds."""

    label: str
    public: asyncssh.SSHKey
    sign: AgentKey
    certificate: asyncssh.SSHCertificate | None

    def offer(self, certificate: asyncssh.SSHCertificate | None = None) -> Offer:
        return Offer(self.public, self.sign, certificate or self.certificate)


@dataclass(slots=True)
class Agent:
    """socket: '' if there is none. keys, certificates: by the blob of the key, in its order.

    problem: why it holds nothing that could be used, for a login that fails.
    """

    socket: str
    deadline: Deadline
    keys: dict[bytes, Held] = field(default_factory=dict)
    certificates: dict[bytes, Held] = field(default_factory=dict)
    problem: str = ""
    _client: asyncssh.SSHAgentClient | None = None

    async def ask(self) -> None:
        """Fills keys and certificates."""
        if not self.socket:
            return
        try:
            self._client = await asyncssh.connect_agent(self.socket)
            pairs = await self._client.get_keys()
        except (OSError, ValueError) as error:
            self.problem = f"agent: not usable, {clean(str(error)) or 'it does not answer'}"
            return
        for pair in pairs:
            self._add(self._client, bytes(pair.key_public_data))
        if not pairs:
            self.problem = "agent: it holds no key, or is locked (ssh-add -X unlocks it)"

    async def close(self) -> None:
        if self._client:
            self._client.close()
            await self._client.wait_closed()
            self._client = None

    def _add(self, client: asyncssh.SSHAgentClient, blob: bytes) -> None:
        try:
            public, certificate = imported(blob)
        except ValueError:  # a kind of key that is not known here
            return
        held = Held(
            _label(public, certificate), public, AgentKey(client, blob, self.deadline), certificate
        )
        table = self.certificates if certificate else self.keys
        table[bytes(public.public_data)] = held


def _label(public: asyncssh.SSHKey, certificate: asyncssh.SSHCertificate | None) -> str:
    kind = public.algorithm.decode("ascii", "replace")
    shown = HostKey(kind, bytes(public.public_data)).fingerprint
    word = " certificate" if certificate else ""
    return clean(f"agent: {shown} {kind.removeprefix('ssh-')}{word}")

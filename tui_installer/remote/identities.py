"""The keys a login is tried with: the agent's and files', in OpenSSH's order."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.remote import key_files
from tui_installer.remote.clean import clean
from tui_installer.remote.credentials import NoPassphrase, WrongPassphrase
from tui_installer.remote.known_hosts import HostKey

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.deadline import Deadline

DEFAULT_FILES = tuple(f"~/.ssh/id_{kind}" for kind in ("ed25519", "ecdsa", "rsa"))


@dataclass(slots=True)
class Identity:
    """One key. label: how it is shown. pair: None if it cannot be used, `result` says why."""

    label: str
    pair: asyncssh.SSHKeyPair | None
    result: str = ""

    def __str__(self) -> str:
        return f"{self.label}: {self.result}"


class LockedKeyPair(asyncssh.SSHKeyPair):
    """An encrypted key whose passphrase is wanted only once the host says it takes this key."""

    def __init__(
        self,
        file: Path,
        public: asyncssh.SSHKey,
        ssh: SshSpec,
        credentials: Credentials,
        deadline: Deadline,
    ) -> None:
        algorithms = public.sig_algorithms
        super().__init__(
            public.algorithm, public.algorithm, algorithms, algorithms, public.public_data, None
        )
        self._file, self._ssh = file, ssh
        self._credentials, self._deadline = credentials, deadline
        self.problem = ""

    async def sign_async(self, data: bytes) -> bytes:
        """Raises ValueError, after which asyncssh goes on to the next key."""
        try:
            async with self._deadline.paused():
                key = await self._credentials.unlock(
                    self._ssh.passphrase, self._file, key_files.Opener(self._file)
                )
        except (WrongPassphrase, NoPassphrase) as error:
            self.problem = f"accepted by the host, but {error}"
            raise
        return key.sign(data, self.sig_algorithm)


class Identities:
    """The identities for one login; `close` ends the talk with the agent."""

    def __init__(
        self,
        ssh: SshSpec,
        credentials: Credentials,
        deadline: Deadline,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._ssh = ssh
        self._credentials = credentials
        self._deadline = deadline
        self._socket = (os.environ if environ is None else environ).get("SSH_AUTH_SOCK", "")
        self._agent: asyncssh.SSHAgentClient | None = None
        self.agent_problem = ""

    async def all(self) -> AsyncGenerator[Identity, None]:
        """Files the answers name come first, then the agent's keys, then the usual files.

        A file whose key the agent holds is used through the agent.
        """
        held = await self._agent_identities()
        for file in self._ssh.identity_files:
            blob = key_files.public_blob(file)
            yield held.pop(blob) if blob in held else self._from_file(file)
        for identity in held.values():
            yield identity
        if not self._ssh.identity_files:
            blobs = {i.pair.key_public_data for i in held.values() if i.pair}
            for file in _usual_files():
                if key_files.public_blob(file) not in blobs:
                    yield self._from_file(file)

    async def close(self) -> None:
        if self._agent:
            self._agent.close()
            await self._agent.wait_closed()
            self._agent = None

    async def _agent_identities(self) -> dict[bytes, Identity]:
        if not (self._ssh.use_agent and self._socket):
            return {}
        try:
            self._agent = await asyncssh.connect_agent(self._socket)
            pairs = await self._agent.get_keys()
        except (OSError, ValueError) as error:
            self.agent_problem = f"agent: not usable, {clean(str(error))}"
            return {}
        return {pair.key_public_data: Identity(_agent_label(pair), pair) for pair in pairs}

    def _from_file(self, file: Path) -> Identity:
        label = short(file)
        try:
            if key_files.is_encrypted(file):
                return self._locked(file, label)
            return Identity(label, asyncssh.load_keypairs(str(file))[0])
        except OSError as error:
            return Identity(label, None, f"cannot be read, {error.strerror}")
        except ValueError as error:
            return Identity(label, None, f"not usable, {clean(str(error))}")

    def _locked(self, file: Path, label: str) -> Identity:
        public = key_files.public_key(file)
        if public is None:
            return Identity(label, None, f"encrypted, and its public part {file}.pub is missing")
        pair = LockedKeyPair(file, public, self._ssh, self._credentials, self._deadline)
        return Identity(label, pair)


def short(file: Path) -> str:
    """The path with the home folder as ``~``."""
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _usual_files() -> list[Path]:
    files = (Path(name).expanduser() for name in DEFAULT_FILES)
    return [file for file in files if file.exists()]


def _agent_label(pair: asyncssh.SSHKeyPair) -> str:
    kind = pair.key_algorithm.decode("ascii", "replace")
    key = HostKey(kind, pair.key_public_data)
    return clean(f"agent: {key.fingerprint} {kind.removeprefix('ssh-')}")

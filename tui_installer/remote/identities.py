"""The keys a login is tried with: certificates, the agent's and files', in OpenSSH's order."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.remote import key_files
from tui_installer.remote.agent import Agent
from tui_installer.remote.clean import clean
from tui_installer.remote.key_pairs import LockedKey, Offer, OpenKey

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.credentials import Credentials
    from tui_installer.remote.deadline import Deadline
    from tui_installer.remote.key_pairs import Signer

DEFAULT_FILES = tuple(f"~/.ssh/id_{kind}" for kind in ("ed25519", "ecdsa", "rsa"))


@dataclass(slots=True)
class Identity:
    """One way to prove who logs in. label: how it is shown.

    pair: None if it is no key, or one that cannot be used; `result` says how it went.
    """

    label: str
    pair: Offer | None
    result: str = ""

    def __str__(self) -> str:
        return f"{self.label}: {self.result}"


@dataclass(frozen=True, slots=True)
class Key:
    """The key that a file stands for. problem: why it cannot be used.

    base: the file without ``.pub``, beside which its certificate is.
    """

    label: str
    base: Path
    public: asyncssh.SSHKey | None = None
    sign: Signer | None = None
    problem: str = ""

    @property
    def blob(self) -> bytes:
        return bytes(self.public.public_data) if self.public else b""

    def identity(self) -> Identity:
        if self.public is None or self.sign is None:
            return Identity(self.label, None, self.problem)
        return Identity(self.label, Offer(self.public, self.sign))


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
        usual = (os.environ if environ is None else environ).get("SSH_AUTH_SOCK", "")
        socket = ssh.identity_agent or usual
        self._agent = Agent(socket if ssh.use_agent else "", deadline)

    @property
    def agent_problem(self) -> str:
        return self._agent.problem

    async def all(self) -> AsyncGenerator[Identity, None]:
        """Named identities come first, so that a full agent does not use up the host's tries.

        Certificates come before plain keys, as with OpenSSH. A key that the agent holds is used
        through the agent. A named public key selects the agent's key, alone.
        """
        await self._agent.ask()
        named = self._ssh.identity_files
        keys = [self._key(file) for file in named or _usual_files()]
        only = self._ssh.identities_only or any(map(key_files.is_public, named))
        blobs = {key.blob for key in keys}
        others = {blob: held for blob, held in self._agent.keys.items() if blob not in blobs}
        for identity in self._certified(keys, only=only):
            yield identity
        first = keys if named else [key for key in keys if key.blob in self._agent.keys]
        for key in first:
            yield key.identity()
        for held in () if only else others.values():
            yield Identity(held.label, held.offer())
        for key in keys:
            if key not in first:
                yield key.identity()

    async def close(self) -> None:
        await self._agent.close()

    def _key(self, file: Path) -> Key:
        """The key of a file. Of a public key: the agent's, or that of the file beside it."""
        public = key_files.public_key(file)
        blob = bytes(public.public_data) if public else b""
        base = key_files.private(file)
        if held := self._agent.keys.get(blob):
            return Key(held.label, base, held.public, held.sign)
        if key_files.is_public(file) and not base.exists():
            return Key(short(file), base, problem=self._not_held())
        return self._from_file(base, public)

    def _not_held(self) -> str:
        if not self._ssh.use_agent:
            return "a public key, and the answers switch the agent off that would sign for it"
        if not self._agent.socket:
            return "a public key, and there is no agent that would sign for it (SSH_AUTH_SOCK)"
        return "a public key, and the agent does not hold the private key of it"

    def _from_file(self, file: Path, public: asyncssh.SSHKey | None) -> Key:
        label = short(file)
        try:
            if key_files.is_encrypted(file):
                return self._locked(file, label, public)
            key = asyncssh.read_private_key(file)
        except OSError as error:
            return Key(label, file, problem=f"cannot be read, {error.strerror}")
        except ValueError as error:
            return Key(label, file, problem=f"not usable, {clean(str(error))}")
        return Key(label, file, key, OpenKey(key))

    def _locked(self, file: Path, label: str, public: asyncssh.SSHKey | None) -> Key:
        if public is None:
            problem = f"encrypted, and its public part {file}.pub is missing"
            return Key(label, file, problem=problem)
        return Key(
            label, file, public, LockedKey(file, self._ssh, self._credentials, self._deadline)
        )

    def _certified(self, keys: list[Key], *, only: bool) -> Iterator[Identity]:
        """The certificates of the keys: beside their files, named themselves, in the agent."""
        signers = {key.blob: key.sign for key in keys if key.sign}
        signers |= {blob: held.sign for blob, held in self._agent.keys.items()}
        seen = set()
        for file in self._certificate_files(keys):
            certificate, problem = key_files.certificate(file)
            if certificate is None:
                yield Identity(short(file), None, problem)
                continue
            seen.add(bytes(certificate.public_data))
            label = f"{short(file)} ({key_files.about(certificate)})"
            sign = signers.get(bytes(certificate.key.public_data))
            if sign:
                yield Identity(label, Offer(certificate.key, sign, certificate))
            else:
                yield Identity(label, None, "not usable, its private key is missing")
        blobs = {key.blob for key in keys}
        for blob, held in self._agent.certificates.items():
            certified = bytes(held.certificate.public_data) if held.certificate else b""
            if certified not in seen and (blob in blobs or not only):
                yield Identity(held.label, held.offer())

    def _certificate_files(self, keys: list[Key]) -> list[Path]:
        named = self._ssh.certificate_files
        own = (file for file in self._ssh.identity_files if key_files.is_certificate(file))
        beside = (key_files.beside(key.base) for key in keys)
        return list(dict.fromkeys((*named, *own, *(file for file in beside if file.exists()))))


def short(file: Path) -> str:
    """The path with the home folder as ``~``."""
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _usual_files() -> list[Path]:
    files = (Path(name).expanduser() for name in DEFAULT_FILES)
    return [file for file in files if file.exists()]

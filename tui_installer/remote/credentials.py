"""Passwords and passphrases: from a file, a variable or the user; asked for once."""

from __future__ import annotations

import asyncio
import os
import stat
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from tui_installer.errors import AuthenticationFailed
from tui_installer.model.secret import Secret, variable_shown
from tui_installer.remote.throttling import Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Mapping
    from pathlib import Path

    from tui_installer.model.spec import HostSpec, SecretRef, SshSpec

K = TypeVar("K")
ATTEMPTS = 3
"""How often the user may type a passphrase."""


class WrongPassphrase(ValueError):
    """The file does not open with that passphrase."""


class NoPassphrase(ValueError):
    """The file needs a passphrase and there is none."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a login's password. name: of the machine, in prompts.

    account: the user for hosts of the cluster, which share a password; ``user@address`` for a jump
    host, which gets no password that is meant for the hosts.
    """

    name: str
    ssh: SshSpec
    account: str

    @property
    def has_source(self) -> bool:
        return bool(self.ssh.password.file or self.ssh.password.env)

    @property
    def key(self) -> Hashable:
        return self.ssh.password if self.has_source else ("login", self.account)


@dataclass(slots=True)
class Typed:
    """What the user typed and what was correct, for another process of the same user.

    passphrases: by the file they open. passwords: for sudo, doas and su, by whose they are.
    logins: of SSH, by `Asker.account`. What is good for one login only, such as a one-time code, is
    not kept.
    """

    passphrases: dict[str, Secret] = field(default_factory=dict)
    passwords: dict[str, Secret] = field(default_factory=dict)
    logins: dict[str, Secret] = field(default_factory=dict)


class Credentials:
    """ask: shows a prompt and gives what was typed, or None; itself None where nobody is there.

    typed: known from an earlier process. Safe to share among hosts that connect at the same time:
    each question is put once.
    """

    def __init__(
        self,
        ask: Callable[[str], Awaitable[Secret | None]] | None = None,
        environ: Mapping[str, str] | None = None,
        typed: Typed | None = None,
    ) -> None:
        self._ask = ask
        self._typed = typed or Typed()
        self._environ = os.environ if environ is None else environ
        self._answers: dict[Hashable, Secret | None] = {}
        self._opened: dict[Path, object] = {}
        self._locks: dict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asking = asyncio.Lock()
        self.turns = Turns()

    async def sudo_password(self, host: HostSpec, owner: str = "", by: str = "sudo") -> Secret:
        """The password that sudo, doas or su wants.

        owner: whose password is wanted, the login user's by default. by: the program that asks.
        Raises AuthenticationFailed if there is none, or its source is not to be used.
        """
        owner = owner or host.ssh.user
        key = _sudo_key(host, owner)
        async with self._locks[key]:
            if key not in self._answers:
                self._answers[key] = await self._find_sudo_password(host, owner, by)
            found = self._answers[key]
        if found is None or not found.reveal():
            raise _no_sudo_password(host, owner, by)
        return found

    async def login_password(self, asker: Asker) -> Secret | None:
        """The password for an SSH login; None if there is none.

        Raises AuthenticationFailed for a source that is not to be used.
        """
        key = asker.key
        async with self._locks[key]:
            if key not in self._answers:
                self._answers[key] = await self._find_login_password(asker)
            return self._answers[key]

    def has_password(self, asker: Asker) -> bool:
        """Whether `login_password` may find one, by asking or without."""
        return bool(self._ask or asker.has_source or asker.account in self._typed.logins)

    def forget_login(self, asker: Asker, refused: Secret) -> None:
        """Takes back a password of `login_password` that the host refused."""
        if self._answers.get(asker.key) is refused:
            del self._answers[asker.key]
        if self._typed.logins.get(asker.account) is refused:
            del self._typed.logins[asker.account]

    async def ask_each_time(self, prompt: str) -> Secret | None:
        """What the user answers to a prompt of a host; it is not kept."""
        return await self._put(prompt)

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment variables of the user's terminal."""
        return self._environ

    @property
    def typed(self) -> Typed:
        """Secrets that the user typed, for a process that continues this one's work."""
        return self._typed

    def forget(self, host: HostSpec, refused: Secret, owner: str = "") -> None:
        """Takes back a password of `sudo_password` that the host refused."""
        owner = owner or host.ssh.user
        key = _sudo_key(host, owner)
        if self._answers.get(key) is refused:
            del self._answers[key]
        if self._typed.passwords.get(owner) is refused:
            del self._typed.passwords[owner]

    def ask_again(self) -> None:
        """Forgets what the user did not give or gave wrongly; what worked is kept."""
        self._answers = {
            key: given for key, given in self._answers.items() if given and given.reveal()
        }
        self._opened = {
            file: key for file, key in self._opened.items() if not isinstance(key, ValueError)
        }

    async def unlock(self, ref: SecretRef, file: Path, opener: Callable[[bytes], K]) -> K:
        """What `opener` makes of the file's passphrase; in a thread, once for all hosts.

        ref: where the passphrase is, if it is not asked for. opener raises WrongPassphrase.
        Raises that, or NoPassphrase; AuthenticationFailed for a source that is not to be used.
        """
        async with self._locks[file]:
            if file not in self._opened:
                self._opened[file] = await self._unlock(ref, file, opener)
            result = self._opened[file]
            if isinstance(result, ValueError):
                raise result
            return result  # type: ignore[return-value]

    async def _find_sudo_password(self, host: HostSpec, owner: str, by: str) -> Secret | None:
        found = self.resolve(host.sudo_password, f"{by}'s password for {host.name}")
        if found is not None:
            return found
        if (known := self._typed.passwords.get(owner)) is not None:
            return known
        given = await self._put(f"Password of {owner} for {by} (asked by {host.name}): ")
        if given is not None:
            self._typed.passwords[owner] = given
        return given

    async def _find_login_password(self, asker: Asker) -> Secret | None:
        found = self.resolve(asker.ssh.password, f"the SSH password for {asker.name}")
        if found is not None:
            return found
        if (known := self._typed.logins.get(asker.account)) is not None:
            return known
        given = await self._put(f"Password of {asker.account} for SSH (asked by {asker.name}): ")
        if given is not None:
            self._typed.logins[asker.account] = given
        return given

    async def _unlock(self, ref: SecretRef, file: Path, opener: Callable[[bytes], K]) -> object:
        given = self.resolve(ref, f"the passphrase of {file}")
        try:
            if given is not None:
                return await asyncio.to_thread(opener, given.reveal())
            return await self._unlock_by_asking(file, opener)
        except (WrongPassphrase, NoPassphrase) as error:
            return error

    async def _unlock_by_asking(self, file: Path, opener: Callable[[bytes], K]) -> K:
        prompt = f"Passphrase of {file}: "
        known = self._typed.passphrases.pop(str(file), None)
        for _ in range(ATTEMPTS):
            typed = known or await self._put(prompt)
            known = None
            if typed is None:
                raise NoPassphrase("needs a passphrase, none given")
            try:
                opened = await asyncio.to_thread(opener, typed.reveal())
                self._typed.passphrases[str(file)] = typed
                return opened  # noqa: TRY300 - it is what the try is for
            except WrongPassphrase:
                prompt = f"Wrong passphrase. Passphrase of {file}: "
        raise WrongPassphrase("wrong passphrase")

    async def _put(self, prompt: str) -> Secret | None:
        if self._ask is None:
            return None
        async with self._asking:  # one question on the screen at a time
            return await self._ask(prompt)

    def resolve(self, ref: SecretRef, what: str) -> Secret | None:
        """The secret that a file or variable holds; None if neither is named.

        what: it is, for messages. Raises AuthenticationFailed if it can't be had.
        """
        if ref.file:
            return _from_file(ref.file, what)
        if not ref.env:
            return None
        value = self._environ.get(ref.env)
        if value is None:
            raise AuthenticationFailed(
                f"{what} should be in {variable_shown(ref.env)}, which is not set",
                hint="export it, or name a file in the answers",
            )
        return Secret(os.fsencode(value))


def _sudo_key(host: HostSpec, owner: str) -> Hashable:
    ref = host.sudo_password
    return ref if ref.file or ref.env else ("sudo", owner)


def _no_sudo_password(host: HostSpec, owner: str, by: str) -> AuthenticationFailed:
    free = {"sudo": "; or allow this user NOPASSWD in sudoers", "doas": "; or use nopass"}
    return AuthenticationFailed(
        f"{host.name}: {by} wants the password of {owner}, and none was given",
        hint="name a file or a variable that holds it: "
        "`ssh: {sudo: {password: {file: …}}}` or `{env: …}` in the answers"
        + (free.get(by, "") if owner == host.ssh.user else ""),
        host=host.name,
    )


def _shown(file: Path) -> str:
    """A name without a file behind it is not shown: it may be the password itself."""
    if file.exists() or not file.parent.exists():
        return str(file) if file.exists() else "a file whose folder does not exist"
    return f"a file in {file.parent} with a name of {len(file.name)} characters"


def _from_file(file: Path, what: str) -> Secret:
    """The file's first line. Raises AuthenticationFailed if others may read it."""
    try:
        with file.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            value = stream.readline(64 * 1024)
    except OSError as error:
        raise AuthenticationFailed(
            f"{what} should be in {_shown(file)}, which cannot be read: {error.strerror}",
            hint="correct the path in the answers; a secret itself is never written there",
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise AuthenticationFailed(
            f"{what} is in {file}, which other users can read",
            details=(f"mode: {stat.S_IMODE(mode):04o}",),
            hint=f"chmod 600 {file}",
        )
    return Secret(value.rstrip(b"\r\n"))

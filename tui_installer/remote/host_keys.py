"""Whether the key a machine shows is the one it should have."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import HostKeyRefused, HostKeyUnknown
from tui_installer.remote import private_file
from tui_installer.remote.known_hosts import (
    CERT_AUTHORITY,
    REVOKED,
    SSH_PORT,
    Entry,
    HostKey,
    host_name,
    parse,
    read,
)

if TYPE_CHECKING:
    from tui_installer.model.spec import SshSpec

USER_FILES = (Path("~/.ssh/known_hosts"), Path("~/.ssh/known_hosts2"))
GLOBAL_FILES = (Path("/etc/ssh/ssh_known_hosts"), Path("/etc/ssh/ssh_known_hosts2"))


@dataclass(frozen=True, slots=True)
class Known:
    """What the files say of one machine."""

    keys: tuple[Entry, ...]
    authorities: tuple[Entry, ...]
    revoked: tuple[Entry, ...]

    def same(self, key: HostKey) -> bool:
        return any(entry.key.blob == key.blob for entry in self.keys)


@dataclass(frozen=True, slots=True)
class HostKeyPolicy:
    """files: read only. own: read, and where newly accepted keys are written.

    accept_new: take the key of a machine that no file knows; never that of one it does.
    """

    own: Path
    accept_new: bool = False
    files: tuple[Path, ...] = tuple(file.expanduser() for file in USER_FILES) + GLOBAL_FILES

    def known(self, ssh: SshSpec) -> Known:
        """What is known of address:port; what is known of the address alone only confirms.

        So OpenSSH does it: a key for port 22 does not contradict another server's at 2222.
        """
        hits = [entry for entry in self._entries(ssh) if entry.matches(known_name(ssh))]
        return Known(
            tuple(entry for entry in hits if not entry.marker),
            tuple(entry for entry in hits if entry.marker == CERT_AUTHORITY),
            tuple(entry for entry in hits if entry.marker == REVOKED),
        )

    def check(self, name: str, ssh: SshSpec, key: HostKey) -> bool:
        """True if the key is new and to be remembered once the machine has proved to hold it.

        name: the machine's name in messages. Raises HostKeyRefused.
        """
        known = self.known(ssh)
        self._check_revoked(name, ssh, key, known)
        if ssh.fingerprint and ssh.fingerprint != key.fingerprint:
            raise _not_the_answers(name, ssh, key, known)
        differing = self._differing(ssh, key, known)
        if differing:
            raise _changed(name, ssh, key, differing)
        if ssh.fingerprint or known.same(key) or self._known_without_port(ssh, key):
            return False
        if self.accept_new:
            return True
        raise _unknown(name, ssh, key)

    def check_authority(self, name: str, ssh: SshSpec, authority: HostKey) -> None:
        """Raises HostKeyRefused unless a @cert-authority line covers the machine."""
        known = self.known(ssh)
        self._check_revoked(name, ssh, authority, known)
        if all(entry.key.blob != authority.blob for entry in known.authorities):
            raise _unknown(name, ssh, authority)

    def remember(self, ssh: SshSpec, key: HostKey) -> None:
        """Add the key to our own file; atomic, mode 0600, once only."""
        line = f"{known_name(ssh)} {key.kind} {base64.b64encode(key.blob).decode()}\n"
        with private_file.locked(self.own):
            old = self.own.read_bytes() if self.own.exists() else b""
            if not any(_says(entry, ssh, key) for entry in parse(old, self.own)):
                gap = b"" if old.endswith(b"\n") or not old else b"\n"
                private_file.replace(self.own, old + gap + line.encode())

    def _differing(self, ssh: SshSpec, key: HostKey, known: Known) -> tuple[Entry, ...]:
        """The lines that contradict the key.

        A machine has keys of several kinds. One whose fingerprint in the answers is
        contradicted by another of its own kind only.
        """
        if known.same(key):
            return ()
        same_kind = tuple(entry for entry in known.keys if entry.key.kind == key.kind)
        return same_kind if ssh.fingerprint else known.keys

    def _known_without_port(self, ssh: SshSpec, key: HostKey) -> bool:
        if ssh.port == SSH_PORT or ssh.host_key_alias:
            return False
        bare = host_name(ssh.address, SSH_PORT)
        return any(
            entry.matches(bare) and not entry.marker and entry.key.blob == key.blob
            for entry in self._entries(ssh)
        )

    def _entries(self, ssh: SshSpec) -> list[Entry]:
        files = self.files if ssh.known_hosts is None else ssh.known_hosts
        return read((*files, self.own))

    def _check_revoked(self, name: str, ssh: SshSpec, key: HostKey, known: Known) -> None:
        for entry in known.revoked:
            if entry.key.blob == key.blob:
                raise HostKeyRefused(
                    f"the host key of {place(name, ssh)} is revoked",
                    details=(f"offered: {key}", f"revoked: {entry.place}"),
                    hint="give the machine a new host key; this one is not to be trusted",
                    host=name,
                )


def known_name(ssh: SshSpec) -> str:
    """The name that known_hosts files have for the machine; as in OpenSSH, an alias has no port."""
    return ssh.host_key_alias.lower() or host_name(ssh.address, ssh.port)


def place(name: str, ssh: SshSpec) -> str:
    """``name (address:port)``, or address:port alone for a machine without a name."""
    where = f"[{ssh.address}]:{ssh.port}" if ":" in ssh.address else f"{ssh.address}:{ssh.port}"
    return f"{name} ({where})" if name and name != where else where


def _says(entry: Entry, ssh: SshSpec, key: HostKey) -> bool:
    return not entry.marker and entry.key == key and entry.matches(known_name(ssh))


def _changed(name: str, ssh: SshSpec, key: HostKey, entries: tuple[Entry, ...]) -> HostKeyRefused:
    first = entries[0]
    return HostKeyRefused(
        f"the host key of {place(name, ssh)} differs from the known one",
        details=(
            *(f"known: {entry.key}, {entry.place}" for entry in entries),
            f"offered: {key}",
        ),
        hint="somebody may be answering in its place; if the machine was really reinstalled, "
        f"remove the old key: ssh-keygen -R '{known_name(ssh)}' -f {first.file}",
        host=name,
    )


def _not_the_answers(name: str, ssh: SshSpec, key: HostKey, known: Known) -> HostKeyRefused:
    return HostKeyRefused(
        f"the host key of {place(name, ssh)} does not match the fingerprint in the answers",
        details=(
            f"answers: {ssh.fingerprint}",
            *(f"known: {entry.key}, {entry.place}" for entry in known.keys),
            f"offered: {key}",
        ),
        hint="compare with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` run on the machine's "
        "own console, then correct `fingerprint:`",
        host=name,
    )


def _unknown(name: str, ssh: SshSpec, key: HostKey) -> HostKeyUnknown:
    return HostKeyUnknown(
        f"the host key of {place(name, ssh)} is not known",
        details=(f"offered: {key}",),
        hint=f"if that is the machine's, put `fingerprint: {key.fingerprint}` into the answers, "
        "connect once with ssh, or run with --accept-new-host-keys",
        host=name,
    )

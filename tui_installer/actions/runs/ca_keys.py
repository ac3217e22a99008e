"""The private keys of a session's CAs on disk: encrypted with a passphrase, or plain."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_installer.actions.sessions import passphrases
from tui_installer.errors import UsageError
from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef
from tui_installer.pki import encrypted
from tui_installer.remote.credentials import WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui_installer.engine.cluster.authority import Authority
    from tui_installer.remote.credentials import Credentials
    from tui_installer.store.session_folder import SessionFolder

NOWHERE = SecretRef()
CAS = ("ca", "front-proxy-ca", "etcd-ca")
"""CAs whose keys never leave this machine. The signing CA's key is on the masters as well, for
the controller manager."""


async def unlock(authority: Authority, credentials: Credentials, ref: SecretRef) -> None:
    """Decrypts the signing keys, in memory: those of the session, and of the user's own CAs.

    Raises AuthenticationFailed after three tries.
    """

    def opener(passphrase: bytes) -> bytes:
        _opening(authority.unlock, passphrase)
        return passphrase

    while locked := authority.locked():
        await passphrases.opened(credentials, ref, authority.key_file(locked[0]), opener)


def _opening(work: Callable[[Secret], None], passphrase: bytes) -> None:
    try:
        work(Secret(passphrase))
    except ValueError as error:
        raise WrongPassphrase(str(error)) from None


def encrypt(session: SessionFolder, passphrase: Secret) -> tuple[Path, ...]:
    """Encrypts every plain key and returns their files. Blocking. Raises InstallerError.

    Raises UsageError if there is no plain key, or if some keys have another passphrase, for
    example because an earlier encryption was interrupted between two keys.
    """
    found = dict(_keys(session))
    plain = {name: key for name, key in found.items() if not encrypted.is_encrypted(key)}
    if not plain:
        raise UsageError(f"the session {session.root.name} has no CA key that is not encrypted")
    for name in found.keys() - plain.keys():
        _same(session.key_path(name), found[name], passphrase)
    for name, key in plain.items():
        session.write_key(name, encrypted.encrypt(key, passphrase))
    return tuple(map(session.key_path, plain))


def _same(file: Path, key: Secret, passphrase: Secret) -> None:
    try:
        encrypted.decrypt(key, passphrase)
    except ValueError:
        raise UsageError(
            f"{file} is already encrypted with another passphrase",
            hint="use that one: a session has one passphrase. Nothing was changed",
        ) from None


async def decrypt(
    session: SessionFolder, credentials: Credentials, ref: SecretRef
) -> tuple[Path, ...]:
    """Decrypts every key and returns their files. Raises as `encrypt` and `unlock`."""
    locked = {name: key for name, key in _keys(session) if encrypted.is_encrypted(key)}
    if not locked:
        raise UsageError(f"the session {session.root.name} has no encrypted CA key")
    opened: dict[str, Secret] = {}

    def every(passphrase: Secret) -> None:
        opened.update({name: encrypted.decrypt(key, passphrase) for name, key in locked.items()})

    await passphrases.opened(credentials, ref, session.pki, partial(_opening, every))
    for name, key in opened.items():
        session.write_key(name, key)
    return tuple(map(session.key_path, opened))


def _keys(session: SessionFolder) -> Iterator[tuple[str, Secret]]:
    return ((name, found[1]) for name in CAS if (found := session.read_cert(name)) is not None)

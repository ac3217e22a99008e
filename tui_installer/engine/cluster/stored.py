"""Keys and tokens in the session folder; a damaged one is refused, never replaced."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tui_installer.errors import InstallerError
from tui_installer.kubernetes.encryption import FIRST_NAME, EncryptionKey
from tui_installer.model.secret import Secret
from tui_installer.pki import tokens
from tui_installer.pki.describe import public_key_fingerprint
from tui_installer.pki.keys import KeyPair, load_keypair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_installer.store.session_folder import SessionFolder

T = TypeVar("T")
ENCRYPTION = "encryption.key"
MOST_KEYS = 2
RESTORE = "it is never replaced by a run; restore it from a backup"
RENEW = "remove it and run again: a new token is made and applied"


@dataclass(frozen=True, slots=True)
class BootstrapSecret:
    """expires: UNIX seconds, 0 for never."""

    token: tokens.BootstrapToken
    expires: int


def service_account(folder: SessionFolder) -> KeyPair | None:
    """The key pair of sa.key; sa.pub, if present, must match it."""
    public = folder.read_pki("sa.pub")
    if public is not None and folder.read_pki("sa.key") is None:
        raise InstallerError(f"{folder.pki / 'sa.key'} is missing", hint=RESTORE)

    def pair(private: Secret) -> KeyPair:
        found = load_keypair(private)
        if public is not None and public_key_fingerprint(public) != public_key_fingerprint(
            found.public
        ):
            raise ValueError("sa.pub does not match sa.key")
        return found

    return _read(folder, "sa.key", pair, RESTORE)


def encryption_keys(folder: SessionFolder) -> tuple[EncryptionKey, ...]:
    """One key, or two while the first replaces the second; none if there is no file."""
    return _read(folder, ENCRYPTION, _encryption_keys, RESTORE) or ()


def write_encryption_keys(folder: SessionFolder, keys: Sequence[EncryptionKey]) -> None:
    """Writes a line for each key, ``NAME SECRET``; a line without a name is key1's."""
    lines = (
        key.secret.reveal()
        if key.name == FIRST_NAME
        else f"{key.name} ".encode() + key.secret.reveal()
        for key in keys
    )
    folder.write_secret(ENCRYPTION, Secret(b"\n".join(lines)))


def _encryption_keys(stored: Secret) -> tuple[EncryptionKey, ...]:
    words = [line.split() for line in _line(stored).reveal().decode("ascii").split("\n")]
    found = tuple(
        EncryptionKey(
            name[0] if name else FIRST_NAME, tokens.parse_encryption_key(Secret(secret.encode()))
        )
        for *name, secret in words
        if len(name) <= 1
    )
    ordered = [key.number for key in found] == sorted({key.number for key in found}, reverse=True)
    if len(found) != len(words) or len(found) > MOST_KEYS or not ordered:
        raise ValueError("expected one key, or the new one and the old one")
    return found


def csv_token(folder: SessionFolder) -> Secret | None:
    return _read(folder, "csv.token", lambda s: tokens.parse_csv_token(_line(s)), RESTORE)


def bootstrap(folder: SessionFolder) -> BootstrapSecret | None:
    return _read(folder, "bootstrap.token", _bootstrap, RENEW)


def write_bootstrap(folder: SessionFolder, made: BootstrapSecret) -> None:
    token = made.token
    stored = {"id": token.id, "secret": token.secret.reveal().decode(), "expires": made.expires}
    folder.write_secret("bootstrap.token", Secret(json.dumps(stored)))


def _bootstrap(stored: Secret) -> BootstrapSecret:
    data = json.loads(stored.reveal())
    token = tokens.parse_bootstrap_token(Secret(f"{data['id']}.{data['secret']}"))
    return BootstrapSecret(token, int(data["expires"]))


def _line(stored: Secret) -> Secret:
    """Without the newline that an editor may have added."""
    return Secret(stored.reveal().strip())


def _read(folder: SessionFolder, name: str, parse: Callable[[Secret], T], hint: str) -> T | None:
    """None if there is no such file. Raises InstallerError for a file that `parse` rejects."""
    if (stored := folder.read_pki(name)) is None:
        return None
    try:
        return parse(Secret(stored))
    except (ValueError, KeyError, TypeError, OverflowError):
        raise InstallerError(f"{folder.pki / name} is damaged", hint=hint) from None

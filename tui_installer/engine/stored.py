"""Keys and tokens read back from the session folder; a damaged one is refused, never replaced."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tui_installer.errors import InstallerError
from tui_installer.model.secret import Secret
from tui_installer.pki import tokens
from tui_installer.pki.describe import public_key_fingerprint
from tui_installer.pki.keys import KeyPair, load_keypair

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.store.session_folder import SessionFolder

T = TypeVar("T")
RESTORE = "it is never replaced by a run; restore it from a backup"
RENEW = "remove it and run again: a new token is made and applied"


@dataclass(frozen=True, slots=True)
class BootstrapSecret:
    """expires: UNIX seconds, 0 for never."""

    token: tokens.BootstrapToken
    expires: int


def service_account(folder: SessionFolder) -> KeyPair | None:
    """The pair of sa.key; sa.pub must be its other half where it is there."""
    public = folder.read_pki("sa.pub")
    if public is not None and folder.read_pki("sa.key") is None:
        raise InstallerError(f"{folder.pki / 'sa.key'} is missing", hint=RESTORE)

    def pair(private: Secret) -> KeyPair:
        found = load_keypair(private)
        if public is not None and public_key_fingerprint(public) != public_key_fingerprint(
            found.public
        ):
            raise ValueError("sa.pub is of another key")
        return found

    return _read(folder, "sa.key", pair, RESTORE)


def encryption_key(folder: SessionFolder) -> Secret | None:
    return _read(folder, "encryption.key", lambda s: tokens.parse_encryption_key(_line(s)), RESTORE)


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
    """None where there is no such file. Raises InstallerError for one that `parse` refuses."""
    if (stored := folder.read_pki(name)) is None:
        return None
    try:
        return parse(Secret(stored))
    except (ValueError, KeyError, TypeError, OverflowError):
        raise InstallerError(f"{folder.pki / name} is damaged", hint=hint) from None

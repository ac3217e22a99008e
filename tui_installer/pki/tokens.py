"""Makes and checks bootstrap tokens and encryption keys."""

from __future__ import annotations

import base64
import re
import secrets
import string
from dataclasses import dataclass

from tui_installer.model.secret import Secret

_ALPHABET = string.ascii_lowercase + string.digits
_ID, _SECRET = re.compile(r"[a-z0-9]{6}"), re.compile(r"[a-z0-9]{16}")
_CSV = re.compile(r"[0-9a-f]{32}")
_KEY_BYTES = 32
"""secretbox takes a key of exactly 32 bytes (apiserver: encryptionconfig/config.go)."""


@dataclass(frozen=True, slots=True)
class BootstrapToken:
    """id: public, 6 of [a-z0-9]. secret: 16 of [a-z0-9] (bootstrap-token Secrets' form)."""

    id: str
    secret: Secret

    @property
    def full(self) -> Secret:
        """``ID.SECRET``, what a kubelet sends."""
        return Secret(self.id.encode() + b"." + self.secret.reveal())


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def bootstrap_token() -> BootstrapToken:
    """A new token: 82 random bits of secret."""
    return BootstrapToken(_random(6), Secret(_random(16)))


def csv_token() -> Secret:
    """A new token for token.csv: 32 random hex digits."""
    return Secret(secrets.token_hex(16))


def encryption_key() -> Secret:
    """A new secretbox key: 32 random bytes as base64 text."""
    return Secret(base64.b64encode(secrets.token_bytes(_KEY_BYTES)))


def parse_bootstrap_token(token: Secret) -> BootstrapToken:
    """The token of ``ID.SECRET``. Raises ValueError without the token in its message."""
    name, _, secret = _text(token).partition(".")
    if not (_ID.fullmatch(name) and _SECRET.fullmatch(secret)):
        raise ValueError(
            "a bootstrap token is 6 and 16 characters of a-z and 0-9 with a dot between them"
        )
    return BootstrapToken(name, Secret(secret))


def parse_csv_token(token: Secret) -> Secret:
    """The token of a token.csv that this program made. Raises ValueError."""
    if not _CSV.fullmatch(_text(token)):
        raise ValueError("the token for token.csv is 32 characters of 0-9 and a-f")
    return token


def parse_encryption_key(key: Secret) -> Secret:
    """A key as `encryption_key` makes it. Raises ValueError."""
    try:
        raw = base64.b64decode(key.reveal(), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ValueError("the encryption key is 32 bytes as base64, 44 characters")
    return key


def _text(token: Secret) -> str:
    return token.reveal().decode("ascii", errors="replace")

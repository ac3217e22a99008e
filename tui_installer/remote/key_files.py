"""Private key files: are they encrypted, what is their public half, do they open."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.remote.clean import clean
from tui_installer.remote.credentials import WrongPassphrase

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = b"openssh-key-v1\0"


def is_encrypted(file: Path) -> bool:
    """Whether the key needs a passphrase. Raises OSError if the file cannot be read."""
    data = file.read_bytes()
    try:
        return _header(data)[0] != b"none"
    except ValueError:  # PKCS#8 and the older PEM formats say it in words
        return b"ENCRYPTED" in data


def public_blob(file: Path) -> bytes:
    """The public half in RFC 4253 encoding; empty if it is nowhere to be had."""
    key = public_key(file)
    return key.public_data if key else b""


def public_key(file: Path) -> asyncssh.SSHKey | None:
    """The public half, from FILE.pub or from the part of FILE that is never encrypted."""
    try:
        return asyncssh.read_public_key(f"{file}.pub")
    except (OSError, asyncssh.KeyImportError):
        pass
    try:
        blob = _header(file.read_bytes())[1]
        kind, _ = _string(blob)
        return asyncssh.import_public_key(kind + b" " + base64.b64encode(blob))
    except (OSError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Opener:
    """Decrypts the file. bcrypt takes its time, so it is called in a thread."""

    file: Path

    def __call__(self, passphrase: bytes) -> asyncssh.SSHKey:
        try:
            return asyncssh.read_private_key(self.file, passphrase)
        except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError) as error:
            raise WrongPassphrase(
                f"the passphrase does not open it ({clean(str(error))})"
            ) from None


def _header(data: bytes) -> tuple[bytes, bytes]:
    """The cipher and the public key of a file in OpenSSH's own format.

    OpenSSH's PROTOCOL.key: magic, cipher, kdf, its options, number of keys, public key.
    Raises ValueError for other formats.
    """
    body = b"".join(line for line in data.split(b"\n") if not line.startswith(b"-----"))
    raw = base64.b64decode(body)
    if not raw.startswith(_MAGIC):
        raise ValueError("not in OpenSSH's format")
    cipher, rest = _string(raw[len(_MAGIC) :])
    _, rest = _string(rest)
    _, rest = _string(rest)
    return cipher, _string(rest[4:])[0]


def _string(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[:4], "big")
    if len(data) < 4 + length:
        raise ValueError("the key file is cut short")
    return data[4 : 4 + length], data[4 + length :]

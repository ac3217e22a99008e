"""Key files: private, public or a certificate; are they encrypted, do they open."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.remote.clean import clean
from tui_installer.remote.credentials import WrongPassphrase

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = b"openssh-key-v1\0"
_PUBLIC = ".pub"
_USER = 1
"""PROTOCOL.certkeys: the type of a user's certificate."""


def is_encrypted(file: Path) -> bool:
    """Whether the key needs a passphrase. Raises OSError if the file cannot be read."""
    data = file.read_bytes()
    try:
        return _header(data)[0] != b"none"
    except ValueError:  # PKCS#8 and the older PEM formats say it in words
        return b"ENCRYPTED" in data


def is_public(file: Path) -> bool:
    """Whether the file is a public key or a certificate, which only selects a private key."""
    return _public(file) is not None


def is_certificate(file: Path) -> bool:
    return certificate(file)[0] is not None


def private(file: Path) -> Path:
    """The private key's file of a public key's or a certificate's file."""
    if not is_public(file):
        return file
    name = file.name.removesuffix(_PUBLIC).removesuffix("-cert")
    return file.with_name(name) if name else file


def beside(file: Path) -> Path:
    """The file in which ssh-keygen puts the certificate of a private key's file."""
    return file.with_name(f"{file.name}-cert{_PUBLIC}")


def certificate(file: Path) -> tuple[asyncssh.SSHCertificate | None, str]:
    """A file's user certificate, or None and why it is not usable."""
    try:
        found = asyncssh.read_certificate(file)
    except OSError as error:
        return None, f"cannot be read, {error.strerror}"
    except ValueError as error:
        return None, f"not usable, {clean(str(error))}"
    if getattr(found, "is_x509", False):
        return None, "not usable, it is not a certificate of OpenSSH's"
    return found, ""


def about(found: asyncssh.SSHCertificate) -> str:
    """What a certificate is, and by which of its dates a host refuses it."""
    try:
        found.validate(_USER, None)  # type: ignore[attr-defined]
    except ValueError as error:
        return clean(str(error)).lower()
    return "certificate"


def public_key(file: Path) -> asyncssh.SSHKey | None:
    """The public half: FILE itself, FILE.pub, or the part of FILE that is never encrypted."""
    found = _public(file) or _public(file.with_name(file.name + _PUBLIC))
    if found:
        return found
    try:
        blob = _header(file.read_bytes())[1]
        kind, _ = _string(blob)
        return asyncssh.import_public_key(kind + b" " + base64.b64encode(blob))
    except (OSError, ValueError):
        return None


def _public(file: Path) -> asyncssh.SSHKey | None:
    """The key of a public key's or a certificate's file."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    if b"PRIVATE KEY" in data:  # asyncssh reads the public half of those, too
        return None
    with contextlib.suppress(ValueError):
        return asyncssh.import_public_key(data)
    with contextlib.suppress(ValueError):
        return asyncssh.import_certificate(data).key
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

"""Encrypts a stream with a passphrase: scrypt, then AES-256-GCM chunk by chunk.

Format: a line of JSON (magic, version and the parameters), 32 bytes of HMAC-SHA256 over that line,
then chunks of 64 KiB, each with its 16-byte tag. A chunk's nonce is its number and whether it is
the last (the STREAM construction, eprint 2015/189), so chunks can't be moved or removed.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui_installer.model.secret import Secret

MAGIC = "tui-installer sealed"
VERSION = 1
CHUNK = 64 * 1024
_TAG, _MAC = 16, 32
_N, _R, _P = 1 << 17, 8, 1
"""128 MiB and a few tenths of a second per guess (OWASP's first choice for scrypt)."""
_MOST_MEMORY, _MOST_PASSES = 1 << 30, 4
_LONGEST_HEADER = 1024


class NotSealed(ValueError):
    """The file is not an encrypted stream of this program."""


class Newer(ValueError):
    """The file's format is of a newer version of this program."""


class BadPassphrase(ValueError):
    """The passphrase is wrong."""


class Damaged(ValueError):
    """The passphrase is right, but the file was changed or truncated."""


@dataclass(frozen=True, slots=True)
class Keys:
    """cipher: for the chunks. header: bytes before the first chunk."""

    cipher: AESGCM
    header: int


def seal(parts: Iterable[bytes], passphrase: Secret, *, n: int = _N) -> Iterator[bytes]:
    """The parts joined, encrypted, with the header before them. n: scrypt's cost."""
    salt = os.urandom(32)
    form = {"magic": MAGIC, "version": VERSION, "cipher": "aes-256-gcm", "chunk": CHUNK}
    kdf = {"kdf": "scrypt", "n": n, "r": _R, "p": _P, "salt": base64.b64encode(salt).decode()}
    line = json.dumps({**form, **kdf}).encode() + b"\n"
    secret = _derive(passphrase, salt, n, _R, _P)
    yield line + _mac(secret, line).finalize()
    yield from _chunks(AESGCM(secret[:32]), parts)


def _chunks(cipher: AESGCM, parts: Iterable[bytes]) -> Iterator[bytes]:
    held, number = bytearray(), 0
    for part in parts:
        held += part
        while len(held) > CHUNK:
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:CHUNK]), None)
            del held[:CHUNK]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), None)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def check(file: BinaryIO) -> None:
    """Checks the header only. Raises NotSealed, Newer."""
    _parameters(file.readline(_LONGEST_HEADER))


def unlock(file: BinaryIO, passphrase: Secret) -> Keys:
    """Checks the header and the passphrase only; returns the keys.

    Raises NotSealed, Newer, BadPassphrase.
    """
    line = file.readline(_LONGEST_HEADER)
    secret = _derive(passphrase, *_parameters(line))
    mac = _mac(secret, line)
    try:
        mac.verify(file.read(_MAC))
    except InvalidSignature:
        raise BadPassphrase("the passphrase is wrong") from None
    return Keys(AESGCM(secret[:32]), len(line) + _MAC)


def _parameters(line: bytes) -> tuple[bytes, int, int, int]:
    """(salt, n, r, p) of the header, within limits."""
    try:
        found = json.loads(line)
        magic, version = found["magic"], found["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        magic = None
    if magic != MAGIC:
        raise NotSealed("it does not start with the header of such a file")
    if version != VERSION:
        raise Newer(f"its format is version {version}; this program knows {VERSION}")
    try:
        n, r, p = (int(found[key]) for key in ("n", "r", "p"))
        salt = base64.b64decode(found["salt"], validate=True)
        usual = (found["cipher"], found["kdf"], found["chunk"]) == ("aes-256-gcm", "scrypt", CHUNK)
    except (ValueError, KeyError, TypeError, OverflowError):
        usual = False
    if not (usual and _reasonable(n, r, p)):
        raise NotSealed("its header is damaged")
    return salt, n, r, p


def _reasonable(n: int, r: int, p: int) -> bool:
    power = n > 1 and n & (n - 1) == 0
    return power and r > 0 and 0 < p <= _MOST_PASSES and 128 * n * r <= _MOST_MEMORY


def unseal(file: BinaryIO, keys: Keys) -> Iterator[bytes]:
    """Yields the decrypted chunks, each authenticated. Raises Damaged."""
    file.seek(keys.header)
    number, chunk = 0, file.read(CHUNK + _TAG)
    while True:
        following = file.read(CHUNK + _TAG)
        try:
            yield keys.cipher.decrypt(_nonce(number, last=not following), chunk, None)
        except InvalidTag:
            place = keys.header + number * (CHUNK + _TAG)
            raise Damaged(f"it is damaged or truncated at or after byte {place}") from None
        if not following:
            return
        number, chunk = number + 1, following


def _derive(passphrase: Secret, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=64, n=n, r=r, p=p).derive(passphrase.reveal())


def _mac(secret: bytes, line: bytes) -> HMAC:
    mac = HMAC(secret[32:], SHA256())
    mac.update(line)
    return mac

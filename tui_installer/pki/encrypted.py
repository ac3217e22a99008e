"""Encrypts private keys with a passphrase: PKCS#8 by scrypt and AES-256-CBC.

The format is PBES2 (RFC 8018, section 6.2) with scrypt (RFC 7914, section 7), which openssl reads
and `openssl pkcs8 -topk8 -scrypt` writes. cryptography reads it too, but writes PBKDF2 only.
"""

from __future__ import annotations

import base64
import os
import textwrap

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import ObjectIdentifier

from tui_installer.model.secret import Secret
from tui_installer.pki import load

LABEL = "ENCRYPTED PRIVATE KEY"
_BEGIN = f"-----BEGIN {LABEL}-----"
_TRADITIONAL = b"Proc-Type: 4,ENCRYPTED"
"""As `openssl rsa -aes256 -traditional` and `openssl ec -aes256` write it."""
_PBES2 = ObjectIdentifier("1.2.840.113549.1.5.13")
_SCRYPT = ObjectIdentifier("1.3.6.1.4.1.11591.4.11")
_AES_256_CBC = ObjectIdentifier("2.16.840.1.101.3.4.1.42")
_N, _R, _P, _KEY = 1 << 14, 8, 5, 32
"""OWASP's scrypt parameters for 16 MiB; openssl refuses more than 32 MiB."""


@asn1.sequence
class _ScryptParameters:
    salt: bytes
    cost: int
    block: int
    parallel: int
    length: int


@asn1.sequence
class _Kdf:
    algorithm: ObjectIdentifier
    parameters: _ScryptParameters


@asn1.sequence
class _Scheme:
    algorithm: ObjectIdentifier
    iv: bytes


@asn1.sequence
class _Pbes2:
    kdf: _Kdf
    scheme: _Scheme


@asn1.sequence
class _Algorithm:
    algorithm: ObjectIdentifier
    parameters: _Pbes2


@asn1.sequence
class _EncryptedKey:
    algorithm: _Algorithm
    data: bytes


def is_encrypted(pem: Secret) -> bool:
    """Whether a PEM text holds a key that needs a passphrase."""
    text = pem.reveal()
    return _BEGIN.encode() in text or _TRADITIONAL in text


def encrypt(key: Secret, passphrase: Secret, *, n: int = _N) -> Secret:
    """The PEM key, encrypted. n: scrypt's cost. Raises ValueError for other input."""
    plain = load.private_key(key).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    salt, iv = os.urandom(16), os.urandom(16)
    secret = Scrypt(salt=salt, length=_KEY, n=n, r=_R, p=_P).derive(passphrase.reveal())
    padder = PKCS7(algorithms.AES.block_size).padder()
    writer = Cipher(algorithms.AES(secret), modes.CBC(iv)).encryptor()
    data = writer.update(padder.update(plain) + padder.finalize()) + writer.finalize()
    kdf = _Kdf(algorithm=_SCRYPT, parameters=_ScryptParameters(
        salt=salt, cost=n, block=_R, parallel=_P, length=_KEY
    ))  # fmt: skip
    pbes2 = _Pbes2(kdf=kdf, scheme=_Scheme(algorithm=_AES_256_CBC, iv=iv))
    algorithm = _Algorithm(algorithm=_PBES2, parameters=pbes2)
    return _pem(asn1.encode_der(_EncryptedKey(algorithm=algorithm, data=data)))


def _pem(der: bytes) -> Secret:
    lines = textwrap.wrap(base64.b64encode(der).decode(), 64)
    return Secret("\n".join([_BEGIN, *lines, f"-----END {LABEL}-----", ""]))


def decrypt(pem: Secret, passphrase: Secret) -> Secret:
    """The key as PKCS#8 PEM without passphrase. Raises ValueError for a wrong passphrase."""
    try:
        key = load_pem_private_key(pem.reveal(), password=passphrase.reveal())
    except Exception:  # noqa: BLE001 - the library's message may quote its input
        raise ValueError("the passphrase is wrong") from None
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

"""Makes private keys, and key pairs without a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tui_installer.model.certificates import KeyType
from tui_installer.model.secret import Secret
from tui_installer.pki import load

if TYPE_CHECKING:
    from tui_installer.pki.load import PrivateKey

_RSA_BITS = {KeyType.RSA_2048: 2048, KeyType.RSA_3072: 3072, KeyType.RSA_4096: 4096}


@dataclass(frozen=True, slots=True)
class KeyPair:
    """public: PEM SubjectPublicKeyInfo. private: PKCS#8 PEM, not encrypted.

    kube-apiserver and kube-controller-manager read both forms for service accounts
    (client-go util/keyutil/key.go: ParsePrivateKeyPEM, ParsePublicKeysPEM).
    """

    public: bytes
    private: Secret


def make_key(key_type: KeyType) -> PrivateKey:
    """A new key. RSA takes tens to hundreds of milliseconds and lets other threads run."""
    if key_type in _RSA_BITS:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS[key_type])
    return ec.generate_private_key(
        ec.SECP384R1() if key_type is KeyType.ECDSA_P384 else ec.SECP256R1()
    )


def make_keypair(key_type: KeyType) -> KeyPair:
    """A new pair without a certificate: the service accounts' key."""
    key = make_key(key_type)
    return KeyPair(_public_pem(key), key_pem(key))


def load_keypair(private: Secret) -> KeyPair:
    """The pair of a private key in PEM form, which is kept unchanged. Raises ValueError."""
    return KeyPair(_public_pem(load.private_key(private)), private)


def _public_pem(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_pem(key: PrivateKey) -> Secret:
    """The key as PKCS#8 PEM."""
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def signature_hash(key: PrivateKey) -> SHA256 | SHA384:
    """The digest that matches the signing key's strength."""
    is_p384 = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1)
    return SHA384() if is_p384 else SHA256()

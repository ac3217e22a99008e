"""Loads PEM into cryptography's objects; raises ValueError with a sentence for other input."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.secret import Secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

_CURVES = {"secp256r1": "p256", "secp384r1": "p384", "secp521r1": "p521"}
_REFUSALS = (
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    InternalError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    Warning,
)
"""Everything that cryptography raises for bytes that it can't decode."""


@contextmanager
def _refusing(sentence: str) -> Iterator[None]:
    try:
        yield
    except _REFUSALS:
        # The library's messages name DER tags and may quote the input, even a key.
        raise ValueError(sentence) from None


def certificate(pem: bytes) -> x509.Certificate:
    """The first certificate of a PEM text, every field decoded. Raises ValueError."""
    with _refusing("this is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)"):
        cert = x509.load_pem_x509_certificate(pem)
        _decode(cert)
    if cert.serial_number < 0:
        raise ValueError("the certificate's serial number is negative")
    public_key(cert)
    return cert


def _decode(cert: x509.Certificate) -> None:
    """Decodes lazy fields, so that nothing fails after loading."""
    for name in (cert.subject, cert.issuer):
        list(name)
    cert.extensions, cert.not_valid_before_utc, cert.not_valid_after_utc  # noqa: B018


def public_key(cert: x509.Certificate) -> PublicKey:
    """The certificate's key. Raises ValueError unless it is RSA, ECDSA or Ed25519."""
    with _refusing("the certificate's public key can't be decoded"):
        key = cert.public_key()
    return _supported(key)


def _supported(key: object) -> PublicKey:
    if isinstance(key, PublicKey):
        return key
    raise ValueError("the key is neither RSA nor ECDSA nor Ed25519")


def private_key(key: Secret, *, quick: bool = False) -> PrivateKey:
    """The RSA or ECDSA key of a PEM text without passphrase. Raises ValueError.

    quick: skips the check that RSA's factors are prime (30 ms and more per key); call `belongs`
    then. Only for keys from the user's own folder.
    """
    with _refusing("this is not an unencrypted private key in PEM form"):
        loaded = load_pem_private_key(
            key.reveal(), password=None, unsafe_skip_rsa_key_validation=quick
        )
    if isinstance(loaded, PrivateKey):
        return loaded
    raise ValueError("the private key is neither RSA nor ECDSA")


def belongs(key: PrivateKey, cert: x509.Certificate) -> bool:
    """Whether the private key is undamaged and belongs to the certificate."""
    if key.public_key() != public_key(cert):
        return False
    return not isinstance(key, rsa.RSAPrivateKey) or _consistent(key.private_numbers())


def _consistent(numbers: rsa.RSAPrivateNumbers) -> bool:
    """Checks RFC 8017 section 3.2, except that p and q are prime."""
    p, q, e = numbers.p, numbers.q, numbers.public_numbers.e
    return (
        min(p, q) > 1
        and p * q == numbers.public_numbers.n
        and (e * numbers.d) % (p - 1) == 1 == (e * numbers.d) % (q - 1)
        and (e * numbers.dmp1) % (p - 1) == 1 == (e * numbers.dmq1) % (q - 1)
        and (q * numbers.iqmp) % p == 1
    )


def public_half(pem: bytes) -> PublicKey:
    """The public key of a PEM text that holds a public or a private key. Raises ValueError."""
    with _refusing("this is neither a public nor an unencrypted private key in PEM form"):
        key = (
            load_pem_private_key(pem, password=None).public_key()
            if b"PRIVATE KEY-----" in pem
            else load_pem_public_key(pem)
        )
    return _supported(key)


def key_type_name(key: PublicKey) -> str:
    """The key's algorithm and size as in `KeyType`, such as ``ecdsa-p256``."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ecdsa-{_CURVES.get(key.curve.name, key.curve.name)}"
    return "ed25519"

"""Certificates in one PEM text: a certificate first, then its chain up to the root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import SignatureAlgorithmOID

from tui_installer.pki import load

if TYPE_CHECKING:
    from cryptography import x509

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_WEAK = (
    SignatureAlgorithmOID.RSA_WITH_SHA1,
    SignatureAlgorithmOID.ECDSA_WITH_SHA1,
    SignatureAlgorithmOID.RSA_WITH_MD5,
)
"""The library does not verify these; `ca_rules` refuses them where they count."""
LONGEST = 20
"""Certificates; more are a bundle of CAs, not a chain."""


def read(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate, in the text's order. Raises ValueError if there is none, or too many."""
    blocks = _BLOCK.findall(pem)
    if len(blocks) > LONGEST:
        raise ValueError(f"it has {len(blocks)} certificates: a bundle, not the chain of one CA")
    return tuple(map(load.certificate, blocks or [pem]))


def text(*certs: x509.Certificate) -> bytes:
    """The certificates as PEM, without any text between them."""
    return b"".join(cert.public_bytes(Encoding.PEM) for cert in certs)


def first(pem: bytes) -> bytes:
    """The first certificate alone. Raises ValueError."""
    found = _BLOCK.search(pem)
    return found[0] + b"\n" if found else text(load.certificate(pem))


def to_send(pem: bytes) -> bytes:
    """What a server sends after its certificate: the CA and its chain without any root.

    Empty for a root. Raises ValueError.
    """
    return text(*(cert for cert in read(pem) if not issued(cert, cert)))


def ends(pem: bytes) -> int:
    """When the first certificate of the chain expires, in UNIX seconds. Raises ValueError."""
    return min(int(cert.not_valid_after_utc.timestamp()) for cert in read(pem))


def issued(issuer: x509.Certificate, cert: x509.Certificate) -> bool:
    """Whether the one signed the other; for signatures that are too weak, by the names alone."""
    if cert.signature_algorithm_oid in _WEAK:
        return cert.issuer == issuer.subject
    try:
        cert.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True

"""Decodes certificates and keys. All functions raise ValueError for anything else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tui_installer.model.certificates import CertInfo, Usage
from tui_installer.pki import load, names
from tui_installer.pki.extensions import number_text
from tui_installer.pki.issue import is_ca
from tui_installer.pki.text import text

if TYPE_CHECKING:
    from tui_installer.model.secret import Secret

__all__ = ["describe", "fingerprint", "key_matches", "public_key_fingerprint", "text"]

_USAGES = {
    ExtendedKeyUsageOID.SERVER_AUTH: Usage.SERVER,
    ExtendedKeyUsageOID.CLIENT_AUTH: Usage.CLIENT,
}


def describe(cert_pem: bytes) -> CertInfo:
    """The first certificate of the PEM text, decoded; its text is printable ASCII only."""
    return info(load.certificate(cert_pem))


def info(cert: x509.Certificate) -> CertInfo:
    """The loaded certificate as data."""
    general = names.general_names(cert)
    return CertInfo(
        subject=names.name_text(cert.subject),
        issuer=names.name_text(cert.issuer),
        common_name=next(iter(_values(cert, NameOID.COMMON_NAME)), ""),
        organizations=_values(cert, NameOID.ORGANIZATION_NAME),
        sans=tuple(san for san in map(names.san, general) if san),
        usages=_usages(cert),
        is_ca=is_ca(cert),
        key_type=load.key_type_name(load.public_key(cert)),
        serial=number_text(cert.serial_number),
        not_before=int(cert.not_valid_before_utc.timestamp()),
        not_after=int(cert.not_valid_after_utc.timestamp()),
        fingerprint=_fingerprint(cert),
    )


def _values(cert: x509.Certificate, oid: x509.ObjectIdentifier) -> tuple[str, ...]:
    found = cert.subject.get_attributes_for_oid(oid)
    return tuple(names.printable(str(attribute.value)) for attribute in found)


def _usages(cert: x509.Certificate) -> frozenset[Usage]:
    try:
        found = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(_USAGES[oid] for oid in found if oid in _USAGES)


def fingerprint(cert_pem: bytes) -> str:
    """SHA-256 of the certificate's DER form, lower-case hex pairs joined by colons."""
    return _fingerprint(load.certificate(cert_pem))


def _fingerprint(cert: x509.Certificate) -> str:
    return cert.fingerprint(SHA256()).hex(":")


def public_key_fingerprint(pem: bytes) -> str:
    """SHA-256 of the DER SubjectPublicKeyInfo, in the form of `fingerprint`.

    pem: a public or a private key; both keys of a pair give the same result.
    """
    key = load.public_half(pem)
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).digest().hex(":")


def key_matches(cert_pem: bytes, key: Secret) -> bool:
    """Whether the private key belongs to the certificate."""
    return load.belongs(load.private_key(key), load.certificate(cert_pem))

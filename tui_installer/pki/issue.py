"""Makes keys and certificates from a profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tui_installer.model.certificates import Usage
from tui_installer.pki import chain, load, names
from tui_installer.pki.keys import KeyPair, key_pem, make_key, make_keypair, signature_hash

if TYPE_CHECKING:
    from tui_installer.model.certificates import CertProfile, KeyType
    from tui_installer.model.secret import Secret
    from tui_installer.pki.load import PrivateKey

__all__ = ["BACKDATE", "Issued", "KeyPair", "issue_ca", "issue_leaf", "make_key", "make_keypair"]

BACKDATE = 300
"""Seconds before now at which a certificate's validity starts: allows for slow clocks."""

_PURPOSES = {
    Usage.SERVER: ExtendedKeyUsageOID.SERVER_AUTH,
    Usage.CLIENT: ExtendedKeyUsageOID.CLIENT_AUTH,
}


@dataclass(frozen=True, slots=True)
class Issued:
    """cert: PEM. key: PKCS#8 PEM, not encrypted."""

    cert: bytes
    key: Secret


@dataclass(frozen=True, slots=True)
class _Signer:
    name: x509.Name
    key: PrivateKey
    key_id: x509.AuthorityKeyIdentifier


@dataclass(frozen=True, slots=True)
class _Window:
    start: datetime
    end: datetime


def issue_ca(
    profile: CertProfile,
    *,
    key_type: KeyType,
    lifetime: int,
    now: int,
    signer: Issued | None = None,
) -> Issued:
    """A new CA that signs leaves only, self-signed, or signed by the user's CA with its chain.

    lifetime, now: seconds. Raises ValueError.
    """
    if not profile.is_ca or (signer is None) != (profile.signer == profile.name):
        raise ValueError(f"{profile.name} is not a profile of a CA of that signer")
    key = make_key(key_type)
    if signer is not None:
        issuer = load.certificate(signer.cert)
        window = _within(signer.cert, now, _positive(lifetime))
        made = _sign(profile, key, _signer(issuer, signer.key), window)
        return Issued(made.cert + signer.cert, made.key)
    name = names.subject(profile.common_name, profile.organizations)
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    window = _Window(_time(now - BACKDATE), _time(now + _positive(lifetime)))
    return _sign(profile, key, _Signer(name, key, key_id), window)


def issue_leaf(
    profile: CertProfile, signer: Issued, *, key_type: KeyType, lifetime: int, now: int
) -> Issued:
    """A new leaf that never outlives its signer. lifetime, now: seconds. Raises ValueError.

    A server's certificate is followed by what leads from it to the root.
    """
    if profile.is_ca:
        raise ValueError(f"{profile.name} is a profile of a CA, not of a leaf")
    issuer = load.certificate(signer.cert)
    window = _within(signer.cert, now, _positive(lifetime))
    made = _sign(profile, make_key(key_type), _signer(issuer, signer.key), window)
    return with_chain(profile, made, signer.cert)


def with_chain(profile: CertProfile, made: Issued, signer: bytes) -> Issued:
    """The certificate as its program sends it. signer: PEM of its CA with the chain."""
    sent = chain.to_send(signer) if Usage.SERVER in profile.usages else b""
    return Issued(made.cert + sent, made.key)


def _positive(lifetime: int) -> int:
    if lifetime <= 0:
        raise ValueError("a certificate's lifetime must be longer than 0 s")
    return lifetime


def _time(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError("a certificate cannot be valid after the year 9999") from None


def _within(signer: bytes, now: int, lifetime: int) -> _Window:
    issuer = load.certificate(signer)
    start = max(_time(now - BACKDATE), issuer.not_valid_before_utc)
    end = min(_time(now + lifetime), _time(chain.ends(signer)))
    if end <= max(start, _time(now)):
        raise ValueError(
            f"the CA {names.name_text(issuer.subject)} is valid from "
            f"{issuer.not_valid_before_utc:%F %T} to {issuer.not_valid_after_utc:%F %T} UTC "
            f"and can't sign a certificate at {_time(now):%F %T}"
        )
    return _Window(start, end)


def _signer(issuer: x509.Certificate, key: Secret) -> _Signer:
    who = names.name_text(issuer.subject)
    private = load.private_key(key, quick=True)
    if not load.belongs(private, issuer):
        raise ValueError(f"the key does not belong to the CA {who}")
    if not is_ca(issuer):
        raise ValueError(f"{who} is not a CA and can't sign certificates")
    return _Signer(issuer.subject, private, _authority(issuer, private))


def is_ca(cert: x509.Certificate) -> bool:
    """Whether basicConstraints has CA:TRUE."""
    try:
        return cert.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _authority(issuer: x509.Certificate, key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    try:
        found = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)


def _sign(profile: CertProfile, key: PrivateKey, signer: _Signer, window: _Window) -> Issued:
    builder = (
        x509.CertificateBuilder()
        .subject_name(names.subject(profile.common_name, profile.organizations))
        .issuer_name(signer.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())  # 159 random bits
        .not_valid_before(window.start)
        .not_valid_after(window.end)
    )
    for value, critical in _extensions(profile, key, signer):
        builder = builder.add_extension(value, critical=critical)
    cert = builder.sign(signer.key, signature_hash(signer.key))
    return Issued(cert.public_bytes(Encoding.PEM), key_pem(key))


def _extensions(
    profile: CertProfile, key: PrivateKey, signer: _Signer
) -> list[tuple[x509.ExtensionType, bool]]:
    usages, *names_of = requested(profile)
    return [
        *usages,
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (signer.key_id, False),
        *(pair for group in names_of for pair in group),
    ]


def requested(profile: CertProfile) -> tuple[list[tuple[x509.ExtensionType, bool]], ...]:
    """The extensions that a profile asks for, each with whether it is critical: usages; SANs."""
    found: list[tuple[x509.ExtensionType, bool]] = [(_key_usage(ca=profile.is_ca), True)]
    if profile.usages:
        purposes = [oid for usage, oid in _PURPOSES.items() if usage in profile.usages]
        found.append((x509.ExtendedKeyUsage(purposes), False))
    path = 0 if profile.is_ca else None
    found.append((x509.BasicConstraints(ca=profile.is_ca, path_length=path), True))
    if not profile.sans:
        return found, []
    general = [names.general_name(san) for san in profile.sans]
    return found, [(x509.SubjectAlternativeName(general), False)]


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    """As kubeadm sets it for every key type (util/pkiutil/pki_helpers.go), and CRLs for a CA."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )

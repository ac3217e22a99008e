"""Checks whether an existing certificate still matches its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from tui_installer.pki import chain, load, names
from tui_installer.pki.describe import info
from tui_installer.pki.returned import profile_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509

    from tui_installer.model.certificates import CertInfo, CertProfile, KeyType
    from tui_installer.model.secret import Secret
    from tui_installer.pki.issue import Issued

_DAY, _HOUR, _MINUTE = 86400, 3600, 60


def reissue_reason(
    profile: CertProfile,
    issued: Issued,
    signer_cert: bytes,
    *,
    key_type: KeyType,
    now: int,
    renew_before: int,
    signed_here: bool = True,
) -> str | None:
    """Why the certificate must be reissued; None if it is still good.

    signed_here: False if the user had it signed: it may then have more than its profile asks for.
    now: UNIX seconds. renew_before: reissue if it expires within these seconds, unless it lasts
    as long as its signer. The key type is checked last: a caller that accepts another type then
    knows that the rest is good. Raises ValueError if `signer_cert` is not a certificate.
    """
    signer = load.certificate(signer_cert)
    try:
        cert = load.certificate(issued.cert)
        key = load.private_key(issued.key, quick=True)
    except ValueError as error:
        return str(error)
    if not load.belongs(key, cert):
        return "the key does not belong to the certificate"
    found = info(cert)
    last = None if cert == signer else chain.ends(signer_cert)
    return (
        (_identity(profile, cert, found) if signed_here else profile_reason(profile, cert))
        or _signature(cert, signer)
        or _validity(found, last, now, renew_before)
        or (_key_type(key_type, found) if signed_here else None)
    )


def ca_reason(
    profile: CertProfile, cert_pem: bytes, now: int, signer: bytes | None = None
) -> str | None:
    """Why a CA certificate without its key cannot be used; None if it can.

    signer: the certificate of the CA that signed it, if not itself.
    """
    try:
        cert = load.certificate(cert_pem)
        issuer = load.certificate(signer) if signer is not None else cert
    except ValueError as error:
        return str(error)
    found = info(cert)
    return (
        _identity(profile, cert, found)
        or _signature(cert, issuer)
        or _validity(found, None, now, 0)
    )


def ca_identity(profile: CertProfile, cert_pem: bytes) -> str:
    """How a CA certificate differs from its profile; '' if it does not, or cannot be read."""
    try:
        cert = load.certificate(cert_pem)
    except ValueError:
        return ""
    return _identity(profile, cert, info(cert)) or ""


def key_reason(cert_pem: bytes, key: Secret) -> str:
    """Why a private key does not belong to a certificate; '' if it does."""
    try:
        cert, found = load.certificate(cert_pem), load.private_key(key, quick=True)
    except ValueError as error:
        return str(error)
    return "" if load.belongs(found, cert) else "the key does not belong to the certificate"


def _key_type(wanted: KeyType, found: CertInfo) -> str | None:
    return None if found.key_type == wanted else f"key type changed: {wanted}, was {found.key_type}"


def _identity(profile: CertProfile, cert: x509.Certificate, found: CertInfo) -> str | None:
    wanted = names.subject(profile.common_name, profile.organizations)
    if cert.subject != wanted:
        return f"subject changed: {names.name_text(wanted)}, was {found.subject}"
    if found.is_ca != profile.is_ca:
        return "it is a CA" if found.is_ca else "it is not a CA"
    if found.usages != profile.usages:
        return f"usages changed: {_listed(profile.usages)}, was {_listed(found.usages)}"
    return _sans([str(san) for san in profile.sans], cert)


def _listed(usages: Iterable[str]) -> str:
    return "+".join(sorted(usages)) or "none"


def _sans(wanted: list[str], cert: x509.Certificate) -> str | None:
    present = [names.san_text(name) for name in names.general_names(cert)]
    if present == wanted:
        return None
    changes = [f"+ {san}" for san in wanted if san not in present]
    changes += [f"- {san}" for san in present if san not in wanted]
    return f"SANs changed: {', '.join(changes)}" if changes else "the order of the SANs changed"


def _signature(cert: x509.Certificate, signer: x509.Certificate) -> str | None:
    try:
        cert.verify_directly_issued_by(signer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return f"not signed by the current CA {names.name_text(signer.subject)}"
    return None


def _validity(found: CertInfo, last: int | None, now: int, renew_before: int) -> str | None:
    left = found.not_after - now
    if left <= 0:
        return f"expired {_span(-left)} ago"
    if found.not_before > now:
        return f"not valid before {_span(found.not_before - now)} from now"
    renewable = last is None or found.not_after < last
    return f"expires in {_span(left)}" if left <= renew_before and renewable else None


def _span(seconds: int) -> str:
    if seconds >= _DAY:
        return f"{seconds // _DAY} d"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR} h"
    return f"{seconds // _MINUTE} min" if seconds >= _MINUTE else f"{seconds} s"

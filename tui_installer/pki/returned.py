"""Checks certificates that another party signed for our requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509

from tui_installer.model.certificates import Usage
from tui_installer.pki import chain, load, names
from tui_installer.pki.ca_rules import Fault, day, key_weakness, signature_fault, validity_fault
from tui_installer.pki.describe import info

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.certificates import CertProfile
    from tui_installer.model.secret import Secret
    from tui_installer.pki.load import PublicKey

_DAY = 86400
_FROM_DER = "openssl x509 -inform der -in FILE -out FILE"
_USAGES = {Usage.SERVER: "serverAuth", Usage.CLIENT: "clientAuth"}


def faults(
    pem: bytes, profile: CertProfile, key: Secret, ca: bytes, *, now: int, least: int
) -> tuple[Fault, ...]:
    """Every reason against a certificate.

    key: the private key of the request. ca: PEM of the CA that must have signed it.
    now: UNIX seconds. least: how many seconds it must still be valid.
    """
    try:
        cert = load.certificate(pem)
    except ValueError as error:
        return (Fault(str(error), f"want PEM form; from DER: {_FROM_DER}"),)
    signer = load.certificate(ca)
    found = (
        _key(cert, load.public_half(key.reveal())),
        _issuer(cert, signer),
        *mismatches(profile, cert),
        _key_usage(cert, profile),
        _lifetime(cert, ca, now, least),
        key_weakness(load.public_key(cert)),
        signature_fault(cert),
    )
    return tuple(fault for fault in found if fault)


def mismatches(profile: CertProfile, cert: x509.Certificate) -> Iterator[Fault]:
    """What the certificate lacks of its profile. It may have more SANs and usages."""
    found = info(cert)
    if found.is_ca != profile.is_ca:
        what, right = ("a CA", "a leaf") if found.is_ca else ("a leaf", "a CA (CA:TRUE)")
        yield Fault(f"it is {what}", f"want {right}, as in the request")
    if Usage.CLIENT in profile.usages and profile.signer != "etcd-ca" and (
        found.common_name != profile.common_name
        or sorted(found.organizations) != sorted(profile.organizations)
    ):  # fmt: skip
        wanted = names.name_text(names.subject(profile.common_name, profile.organizations))
        yield Fault(
            f"its subject is {found.subject}",
            f"want {wanted}: CN is the user and O the groups that the client logs in as",
        )
    present = [names.san_text(name) for name in names.general_names(cert)]
    if lacks := [str(san) for san in profile.sans if str(san) not in present]:
        yield Fault(f"it lacks the SANs {', '.join(lacks)}", "copy the request's extensions")
    if unused := [_USAGES[usage] for usage in sorted(profile.usages - found.usages)]:
        yield Fault(
            f"its extended key usage lacks {' and '.join(unused)}",
            "copy the request's extensions",
        )


def _key(cert: x509.Certificate, wanted: PublicKey) -> Fault | None:
    if load.public_key(cert) == wanted:
        return None
    return Fault("it has another key than the request", "sign the request of the same name")


def _issuer(cert: x509.Certificate, signer: x509.Certificate) -> Fault | None:
    if chain.issued(signer, cert):
        return None
    return Fault(
        f"it was not signed by {names.name_text(signer.subject)}, but by "
        f"{names.name_text(cert.issuer)}"
        if cert.issuer != signer.subject
        else f"it was signed with another key than that of {names.name_text(signer.subject)}",
        "sign the request with the CA that the index names",
    )


def _key_usage(cert: x509.Certificate, profile: CertProfile) -> Fault | None:
    try:
        found = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    if profile.is_ca and not found.key_cert_sign:
        return Fault("its key usage lacks keyCertSign", "copy the request's extensions")
    if not profile.is_ca and not found.digital_signature:
        return Fault("its key usage lacks digitalSignature", "copy the request's extensions")
    return None


def _lifetime(cert: x509.Certificate, ca: bytes, now: int, least: int) -> Fault | None:
    if fault := validity_fault(cert, now):
        return fault
    last, end = chain.ends(ca), int(cert.not_valid_after_utc.timestamp())
    if end > last:
        expires = chain.read(ca)[0].not_valid_after_utc
        return Fault(
            f"it is valid until {day(cert.not_valid_after_utc)}, longer than its CA",
            f"want an end at {day(expires)} or before",
        )
    if end - now < least and end < last:
        return Fault(
            f"it is valid for only {max((end - now) // _DAY, 0)} d",
            f"want {-(-least // _DAY)} d or more; shorter ones need certificates.leafLifetime",
        )
    return None


def profile_reason(profile: CertProfile, cert: x509.Certificate) -> str | None:
    """Why a certificate that the user had signed must be replaced, as one clause; None if not."""
    return next((fault.what for fault in mismatches(profile, cert)), None)


def fits(pem: bytes, key: Secret) -> bool:
    """Whether a text is a certificate with this key."""
    try:
        return load.public_key(load.certificate(pem)) == load.public_half(key.reveal())
    except ValueError:
        return False


def alone(pem: bytes) -> bytes:
    """The certificate without anything else in its text. Raises ValueError."""
    return chain.text(load.certificate(pem))


def same(one: bytes, other: bytes) -> bool:
    """Whether the first certificates of both texts are the same."""
    try:
        return load.certificate(one) == load.certificate(other)
    except ValueError:
        return False

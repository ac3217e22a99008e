"""The rules for a CA that the user brings: each broken rule, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from tui_installer.model.certificates import Usage
from tui_installer.pki import chain, constraints, load, names
from tui_installer.pki.issue import is_ca

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_installer.model.certificates import CertProfile
    from tui_installer.model.secret import Secret
    from tui_installer.pki.load import PublicKey

_LEAST_BITS = 2048
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_SHOWN = 5
_EXTENDED = {
    Usage.SERVER: (ExtendedKeyUsageOID.SERVER_AUTH, "serverAuth"),
    Usage.CLIENT: (ExtendedKeyUsageOID.CLIENT_AUTH, "clientAuth"),
}
_KNOWN = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.NAME_CONSTRAINTS,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
}
"""Critical extensions that Go's crypto/x509 handles; it refuses certificates with others."""
_CONSTRAINED = (
    x509.DNSName,
    x509.IPAddress,
    x509.RFC822Name,
    x509.UniformResourceIdentifier,
)
"""Kinds of names whose constraints Go's crypto/x509 handles."""


@dataclass(frozen=True, slots=True)
class Fault:
    """what: the broken rule, a clause. right: what would be right."""

    what: str
    right: str

    def __str__(self) -> str:
        return f"{self.what}; {self.right}"


def faults(
    pem: bytes, profiles: Sequence[CertProfile], *, below: int, now: int
) -> tuple[Fault, ...]:
    """Every broken rule of a CA with its chain.

    profiles: of the certificates that it must sign. below: how many of our CAs come between it and
    them. now: UNIX seconds.
    """
    if b"PRIVATE KEY-----" in pem:
        return (Fault("it has a private key in it", "keep the key in a file of its own"),)
    try:
        certs = chain.read(pem)
    except ValueError as error:
        return (Fault(str(error), "want the CA's certificate, then its chain"),)
    if found := _order(certs):
        return (found,)
    return (
        *(f for at, cert in enumerate(certs) for f in _of_each(cert, at, below, now)),
        *_extended(certs, profiles),
        *(f for at, cert in enumerate(certs) for f in _constrained(cert, at, profiles)),
    )


def key_fault(pem: bytes, key: Secret) -> Fault | None:
    """Why an unencrypted key cannot sign as the CA of that certificate; None if it can."""
    if b"-----BEGIN CERTIFICATE" in key.reveal() and b"PRIVATE KEY" not in key.reveal():
        return Fault("it is a certificate", "want the CA's private key")
    try:
        private = load.private_key(key)
    except ValueError as error:
        return Fault(str(error), "want the CA's private key, RSA or EC, in PEM form")
    if load.belongs(private, chain.read(pem)[0]):
        return None
    return Fault("the key does not belong to the CA's certificate", "want the key of that CA")


def shortened(pem: bytes, lifetime: int, now: int) -> int | None:
    """When certificates of a lifetime end early because their CA ends, UNIX seconds; else None."""
    end = chain.ends(pem)
    return end if end < now + lifetime else None


def signature_fault(cert: x509.Certificate) -> Fault | None:
    """A signature by SHA-1, MD5 or an unknown algorithm."""
    try:
        digest = cert.signature_hash_algorithm
    except Exception:  # noqa: BLE001 - an algorithm that the library does not know
        digest = None
    if isinstance(digest, _STRONG):
        return None
    name = digest.name.upper() if digest else "an algorithm that programs do not accept"
    return Fault(f"it is signed with {name}", "want a certificate signed with SHA-256 or better")


def key_weakness(key: PublicKey) -> Fault | None:
    kind = load.key_type_name(key)
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_BITS) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES
    )
    if strong:
        return None
    return Fault(
        f"its key is {kind}", f"want RSA of {_LEAST_BITS} bits or more, or EC P-256, P-384, P-521"
    )


def day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def validity_fault(cert: x509.Certificate, now: int) -> Fault | None:
    moment = datetime.fromtimestamp(now, UTC)
    if cert.not_valid_after_utc <= moment:
        return Fault(f"it expired at {day(cert.not_valid_after_utc)}", "want one that is valid now")
    if cert.not_valid_before_utc > moment:
        return Fault(
            f"it is not valid before {day(cert.not_valid_before_utc)}",
            "want one that is valid now; check this machine's clock",
        )
    return None


def _order(certs: tuple[x509.Certificate, ...]) -> Fault | None:
    head, *above = certs
    if not is_ca(head):
        ca = next((cert for cert in above if chain.issued(cert, head)), None)
        hint = "leave the leaf out: want the CA first" if ca else "want a CA certificate"
        return Fault(f"{names.name_text(head.subject)} is a leaf, not a CA (no CA:TRUE)", hint)
    for number, cert in enumerate(above, 2):
        below = certs[number - 2]
        if not chain.issued(cert, below):
            return _misplaced(certs, number, below)
    if not chain.issued(certs[-1], certs[-1]):
        issuer = names.name_text(certs[-1].issuer)
        return Fault(
            f"the chain ends at {names.name_text(certs[-1].subject)}, and its issuer {issuer} is "
            "missing",
            f"append the certificate of {issuer}, up to the root",
        )
    return None


def _misplaced(certs: tuple[x509.Certificate, ...], number: int, below: x509.Certificate) -> Fault:
    here = names.name_text(certs[number - 1].subject)
    what = f"certificate {number}, {here}, did not sign the one before it"
    ordered = _sorted(certs)
    if ordered is None:
        issuer = names.name_text(below.issuer)
        return Fault(what, f"want there the certificate of {issuer}, or no further certificate")
    return Fault(what, "want this order: " + "; then ".join(_subjects(ordered)))


def _subjects(certs: Sequence[x509.Certificate]) -> list[str]:
    return [names.name_text(cert.subject) for cert in certs]


def _sorted(certs: Sequence[x509.Certificate]) -> list[x509.Certificate] | None:
    """The chain that starts with the first certificate, if it uses all of them."""
    found, rest = [certs[0]], list(certs[1:])
    while rest:
        issuer = next((cert for cert in rest if chain.issued(cert, found[-1])), None)
        if issuer is None:
            return None
        rest.remove(issuer)
        found.append(issuer)
    return found


def _of_each(cert: x509.Certificate, at: int, below: int, now: int) -> Iterator[Fault]:
    root = at > 0 and chain.issued(cert, cert)
    found = (
        _authority(cert),
        _path(cert, at + below, direct=not at),
        validity_fault(cert, now),
        key_weakness(load.public_key(cert)),
        None if root else signature_fault(cert),  # nobody checks the signature of a trusted root
        _critical(cert, at + below),
    )
    return (_named(fault, cert, at) for fault in found if fault)


def _named(fault: Fault, cert: x509.Certificate, at: int) -> Fault:
    who = names.name_text(cert.subject)
    return Fault(f"{who}{f' (certificate {at + 1})' if at else ''}: {fault.what}", fault.right)


def _authority(cert: x509.Certificate) -> Fault | None:
    if not is_ca(cert):
        return Fault("it is not a CA (no CA:TRUE)", "want a chain of CA certificates")
    try:
        usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    if usage.key_cert_sign:
        return None
    return Fault("its key usage lacks keyCertSign", "want a CA that may sign certificates")


def _path(cert: x509.Certificate, below: int, *, direct: bool) -> Fault | None:
    limit = cert.extensions.get_extension_for_class(x509.BasicConstraints).value if is_ca(
        cert
    ) else None  # fmt: skip
    if limit is None or limit.path_length is None or limit.path_length >= below:
        return None
    right = f"want pathlen:{below} or more, or none"
    if direct:
        right += "; or, if this CA is for this cluster only, set signs: certificates"
    return Fault(
        f"its path length is {limit.path_length}, and {below} CA{'s' if below > 1 else ''} would "
        "be below it",
        right,
    )


def _critical(cert: x509.Certificate, below: int) -> Fault | None:
    """Critical extensions that the cluster's programs refuse; they see only the cluster's CA."""
    if below:
        return None
    for one in cert.extensions:
        unknown = one.oid not in _KNOWN or (
            isinstance(one.value, x509.NameConstraints)
            and not all(isinstance(tree, _CONSTRAINED) for tree in _trees(one.value))
        )
        if one.critical and unknown:
            return Fault(
                f"Kubernetes refuses its critical extension {one.oid.dotted_string}",
                "want a CA without it, or with it not critical",
            )
    return None


def _trees(found: x509.NameConstraints) -> tuple[x509.GeneralName, ...]:
    return (*(found.permitted_subtrees or ()), *(found.excluded_subtrees or ()))


def _extended(
    certs: Sequence[x509.Certificate], profiles: Sequence[CertProfile]
) -> Iterator[Fault]:
    wanted = {usage for profile in profiles for usage in profile.usages}
    for at, cert in enumerate(certs):
        try:
            found = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except x509.ExtensionNotFound:
            continue
        if ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in found:
            continue
        lacks = [name for usage, (oid, name) in _EXTENDED.items()
                 if usage in wanted and oid not in found]  # fmt: skip
        if lacks:
            what = f"its extended key usage lacks {' and '.join(lacks)}"
            yield _named(Fault(what, "want a CA that may sign servers and clients"), cert, at)


def _constrained(
    cert: x509.Certificate, at: int, profiles: Sequence[CertProfile]
) -> Iterator[Fault]:
    limits = constraints.of(cert)
    if limits is None:
        return
    users: dict[str, list[str]] = {}
    for profile in profiles:
        for why in constraints.refused(limits, profile):
            users.setdefault(why, []).append(profile.name)
    for why, who in users.items():
        more = f" and {len(who) - _SHOWN} more" if len(who) > _SHOWN else ""
        what = f"its name constraints: {why} (in {', '.join(who[:_SHOWN])}{more})"
        yield _named(Fault(what, "want a CA that may sign this name"), cert, at)

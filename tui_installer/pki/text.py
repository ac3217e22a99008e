"""Prints a certificate in the layout of ``openssl x509 -noout -text``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import SignatureAlgorithmOID as Algorithm

from tui_installer.pki import extensions, load, names

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

    from tui_installer.pki.load import PublicKey

_ALGORITHMS = {
    Algorithm.RSA_WITH_SHA1: "sha1WithRSAEncryption",
    Algorithm.RSA_WITH_SHA256: "sha256WithRSAEncryption",
    Algorithm.RSA_WITH_SHA384: "sha384WithRSAEncryption",
    Algorithm.RSA_WITH_SHA512: "sha512WithRSAEncryption",
    Algorithm.ECDSA_WITH_SHA256: "ecdsa-with-SHA256",
    Algorithm.ECDSA_WITH_SHA384: "ecdsa-with-SHA384",
    Algorithm.ECDSA_WITH_SHA512: "ecdsa-with-SHA512",
    Algorithm.ED25519: "ED25519",
}
_CURVES = {
    "secp256r1": ("prime256v1", "P-256"),
    "secp384r1": ("secp384r1", "P-384"),
    "secp521r1": ("secp521r1", "P-521"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KEY_WIDTH = 15
_SIGNATURE_WIDTH = 18
_SMALL_SERIAL = 1 << 63


def text(cert_pem: bytes) -> str:
    """The decoded view, openssl 3's layout; printable ASCII only. Raises ValueError."""
    cert = load.certificate(cert_pem)
    algorithm = cert.signature_algorithm_oid
    name = _ALGORITHMS.get(algorithm, algorithm.dotted_string)
    lines = [
        "Certificate:",
        "    Data:",
        *_indent(8, _head(cert, name)),
        *_indent(12, _key(load.public_key(cert))),
        *_extensions(cert),
        f"    Signature Algorithm: {name}",
        "    Signature Value:",
        *_indent(8, extensions.hex_lines(cert.signature, _SIGNATURE_WIDTH)),
    ]
    return "\n".join(lines) + "\n"


def _indent(width: int, lines: list[str]) -> list[str]:
    return [" " * width + line for line in lines]


def _head(cert: x509.Certificate, algorithm: str) -> list[str]:
    version = cert.version.value
    return [
        f"Version: {version + 1} ({version:#x})",
        *_serial(cert.serial_number),
        f"Signature Algorithm: {algorithm}",
        f"Issuer: {names.name_text(cert.issuer)}",
        "Validity",
        f"    Not Before: {_time(cert.not_valid_before_utc)}",
        f"    Not After : {_time(cert.not_valid_after_utc)}",
        f"Subject: {names.name_text(cert.subject)}",
        "Subject Public Key Info:",
    ]


def _serial(number: int) -> list[str]:
    if number < _SMALL_SERIAL:
        return [f"Serial Number: {number} ({number:#x})"]
    return ["Serial Number:", f"    {extensions.number_text(number)}"]


def _time(when: datetime) -> str:
    month = _MONTHS[when.month - 1]
    return f"{month} {when.day:2} {when:%H:%M:%S} {when.year} GMT"


def _key(key: PublicKey) -> list[str]:
    if isinstance(key, rsa.RSAPublicKey):
        return ["Public Key Algorithm: rsaEncryption", *_indent(4, _rsa(key))]
    if isinstance(key, ec.EllipticCurvePublicKey):
        return ["Public Key Algorithm: id-ecPublicKey", *_indent(4, _ecdsa(key))]
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    lines = ["ED25519 Public-Key:", "pub:", *_indent(4, extensions.hex_lines(raw, _KEY_WIDTH))]
    return ["Public Key Algorithm: ED25519", *_indent(4, lines)]


def _rsa(key: rsa.RSAPublicKey) -> list[str]:
    numbers = key.public_numbers()
    # One extra byte: openssl shows the sign byte of the INTEGER.
    modulus = numbers.n.to_bytes(key.key_size // 8 + 1)
    return [
        f"Public-Key: ({key.key_size} bit)",
        "Modulus:",
        *_indent(4, extensions.hex_lines(modulus, _KEY_WIDTH)),
        f"Exponent: {numbers.e} ({numbers.e:#x})",
    ]


def _ecdsa(key: ec.EllipticCurvePublicKey) -> list[str]:
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    oid, nist = _CURVES.get(key.curve.name, (key.curve.name, ""))
    return [
        f"Public-Key: ({key.key_size} bit)",
        "pub:",
        *_indent(4, extensions.hex_lines(point, _KEY_WIDTH)),
        f"ASN1 OID: {oid}",
        *([f"NIST CURVE: {nist}"] if nist else []),
    ]


def _extensions(cert: x509.Certificate) -> list[str]:
    if not len(cert.extensions):
        return []
    lines = ["        X509v3 extensions:"]
    for extension in cert.extensions:
        lines.append(f"            {extensions.title(extension)}")
        lines += _indent(16, extensions.body(extension.value))
    return lines

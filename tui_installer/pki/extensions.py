"""Prints X.509 extensions as ``openssl x509 -text`` does."""

from __future__ import annotations

from ipaddress import IPv6Address

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tui_installer.pki import names

_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "TLS Web Server Authentication",
    ExtendedKeyUsageOID.CLIENT_AUTH: "TLS Web Client Authentication",
    ExtendedKeyUsageOID.CODE_SIGNING: "Code Signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "E-mail Protection",
    ExtendedKeyUsageOID.TIME_STAMPING: "Time Stamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "OCSP Signing",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "Any Extended Key Usage",
}
_TITLES: dict[type[x509.ExtensionType], str] = {
    x509.KeyUsage: "X509v3 Key Usage",
    x509.ExtendedKeyUsage: "X509v3 Extended Key Usage",
    x509.BasicConstraints: "X509v3 Basic Constraints",
    x509.SubjectKeyIdentifier: "X509v3 Subject Key Identifier",
    x509.AuthorityKeyIdentifier: "X509v3 Authority Key Identifier",
    x509.SubjectAlternativeName: "X509v3 Subject Alternative Name",
}


def title(extension: x509.Extension[x509.ExtensionType]) -> str:
    """The extension's heading, its criticality included."""
    name = _TITLES.get(type(extension.value), extension.oid.dotted_string)
    return f"{name}: {'critical' if extension.critical else ''}"


def body(value: x509.ExtensionType) -> list[str]:
    """Lines of the extension's content; hexadecimal for unknown extensions."""
    match value:
        case x509.AuthorityKeyIdentifier():
            return _authority(value)
        case x509.SubjectKeyIdentifier():
            return [colons(value.digest)]
        case x509.BasicConstraints():
            path = "" if value.path_length is None else f", pathlen:{value.path_length}"
            return [f"CA:{'TRUE' if value.ca else 'FALSE'}{path}"]
        case x509.KeyUsage() | x509.ExtendedKeyUsage() | x509.SubjectAlternativeName():
            return [", ".join(_items(value))]
        case _:
            return hex_lines(value.public_bytes(), 18)


def _items(
    value: x509.KeyUsage | x509.ExtendedKeyUsage | x509.SubjectAlternativeName,
) -> list[str]:
    if isinstance(value, x509.KeyUsage):
        return _key_usages(value)
    if isinstance(value, x509.ExtendedKeyUsage):
        return [_PURPOSES.get(oid, oid.dotted_string) for oid in value]
    return [_general_name(name) for name in value]


def colons(data: bytes) -> str:
    """Upper-case hex pairs joined by colons."""
    return data.hex(":").upper()


def number_text(number: int) -> str:
    """A number as lower-case hex pairs joined by colons, with a minus sign if negative."""
    data = abs(number).to_bytes(max(1, (number.bit_length() + 7) // 8))
    return f"{'-' if number < 0 else ''}{data.hex(':')}"


def hex_lines(data: bytes, width: int) -> list[str]:
    """Lower-case hex pairs joined by colons, `width` bytes a line."""
    chunks = [data[at : at + width].hex(":") for at in range(0, len(data), width)]
    return [f"{chunk}:" for chunk in chunks[:-1]] + chunks[-1:]


def _key_usages(value: x509.KeyUsage) -> list[str]:
    agreement = value.key_agreement
    bits = {
        "Digital Signature": value.digital_signature,
        "Non Repudiation": value.content_commitment,
        "Key Encipherment": value.key_encipherment,
        "Data Encipherment": value.data_encipherment,
        "Key Agreement": agreement,
        "Certificate Sign": value.key_cert_sign,
        "CRL Sign": value.crl_sign,
        "Encipher Only": agreement and value.encipher_only,
        "Decipher Only": agreement and value.decipher_only,
    }
    return [name for name, is_set in bits.items() if is_set]


def _authority(value: x509.AuthorityKeyIdentifier) -> list[str]:
    key_id = colons(value.key_identifier or b"")
    if value.authority_cert_serial_number is None:
        return [key_id]
    issuers = ", ".join(names.san_text(name) for name in value.authority_cert_issuer or [])
    serial = number_text(value.authority_cert_serial_number).upper()
    return [f"keyid:{key_id}", issuers, f"serial:{serial}"]


def _general_name(name: x509.GeneralName) -> str:
    if isinstance(name, x509.IPAddress):
        return f"IP Address:{_address(name.value)}"
    return names.san_text(name)


def _address(value: object) -> str:
    if isinstance(value, IPv6Address):
        return ":".join(f"{int(group, 16):X}" for group in value.exploded.split(":"))
    return str(value)

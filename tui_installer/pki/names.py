"""Converts subjects and SANs from data to X.509, and back to printable text."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import NameOID

from tui_installer.model.certificates import San, SanKind

if TYPE_CHECKING:
    from collections.abc import Iterable

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_MAX_DNS = 253
_MAX_COMMON_NAME = 64
"""RFC 5280 appendix A.1, ub-common-name."""
_QUOTED = frozenset(",+<>;")
_ASCII = range(0x20, 0x7F)


def subject(common_name: str, organizations: Iterable[str]) -> x509.Name:
    """The subject, organizations first as Go writes it. Raises ValueError."""
    if not 0 < len(common_name) <= _MAX_COMMON_NAME:
        raise ValueError(f"a common name has 1 to {_MAX_COMMON_NAME} characters: {common_name!r}")
    attributes = [(NameOID.ORGANIZATION_NAME, value) for value in organizations]
    attributes.append((NameOID.COMMON_NAME, common_name))
    for _, value in attributes:
        if not value.isprintable():
            raise ValueError(f"a subject has printable characters only: {value!r}")
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def general_name(san: San) -> x509.GeneralName:
    """The SAN's X.509 form. Raises ValueError for a value that is not canonical."""
    if san.kind is SanKind.IP:
        return x509.IPAddress(_address(san.value))
    labels = san.value.removeprefix("*.").split(".")
    if len(san.value) > _MAX_DNS or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"not a lower-case DNS name: {san.value!r}")
    if labels[-1].isdigit():
        raise ValueError(f"an address is an IP SAN, not a DNS name: {san.value!r}")
    return x509.DNSName(san.value)


def _address(value: str) -> IPv4Address | IPv6Address:
    try:
        address = ip_address(value)
    except ValueError:
        raise ValueError(f"not an IP address: {value!r}") from None
    if str(address) != value or "%" in value:
        raise ValueError(f"not an IP address in its shortest form without scope: {value!r}")
    return address


def general_names(cert: x509.Certificate) -> tuple[x509.GeneralName, ...]:
    """The certificate's SANs of every kind, in order."""
    try:
        found = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(found.value)


def san(name: x509.GeneralName) -> San | None:
    """The SAN, or None if it is neither a DNS name nor one address."""
    if isinstance(name, x509.DNSName):
        return San(SanKind.DNS, printable(name.value))
    if isinstance(name, x509.IPAddress) and isinstance(name.value, IPv4Address | IPv6Address):
        return San(SanKind.IP, str(name.value))
    return None


def san_text(name: x509.GeneralName) -> str:
    """``IP:…`` or ``DNS:…`` as `San` prints itself; other kinds by their names."""
    known = san(name)
    if known:
        return str(known)
    match name:
        case x509.RFC822Name() | x509.UniformResourceIdentifier():
            kind = "email" if isinstance(name, x509.RFC822Name) else "URI"
            return f"{kind}:{printable(name.value)}"
        case x509.DirectoryName():
            return f"DirName:{name_text(name.value)}"
        case x509.RegisteredID():
            return f"Registered ID:{name.value.dotted_string}"
        case _:
            return f"IP:{name.value}" if isinstance(name, x509.IPAddress) else "othername:unknown"


def name_text(name: x509.Name) -> str:
    """``O = …, CN = …``: one line, in the certificate's order, as openssl prints it."""
    return ", ".join(" + ".join(_attribute(part) for part in rdn) for rdn in name.rdns)


def _attribute(part: x509.NameAttribute[str | bytes]) -> str:
    value = part.value if isinstance(part.value, str) else f"#{part.value.hex()}"
    text = printable(value.replace("\\", "\\\\").replace('"', '\\"'))
    quoted = _QUOTED.intersection(value) or value[:1] in {" ", "#"} or value[-1:] == " "
    return (
        f'{part.rfc4514_attribute_name} = "{text}"'
        if quoted
        else (f"{part.rfc4514_attribute_name} = {text}")
    )


def printable(text: str) -> str:
    r"""The text with each byte that is not printable ASCII as ``\XX``."""
    data = text.encode(errors="surrogatepass")
    return "".join(chr(byte) if byte in _ASCII else f"\\{byte:02X}" for byte in data)

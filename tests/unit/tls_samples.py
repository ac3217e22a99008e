"""A CA that nobody trusts, and the certificates of sites that it signs, good and bad ones."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tui_installer.release.access import Access

if TYPE_CHECKING:
    from pathlib import Path


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def alternative(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Authority:
    """A company's CA."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = named("Company CA")
        made = self._builder(self.name, self.key, (-1, 30))
        basic = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = made.add_extension(basic, critical=True).sign(self.key, hashes.SHA256())

    def write(self, path: Path) -> Path:
        """The CA's certificate in a file."""
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return path

    def access(self, folder: Path) -> Access:
        return Access(ca=str(self.write(folder / "ca.pem")))

    def server(
        self,
        folder: Path,
        *,
        days: tuple[int, int] = (-1, 10),
        names: tuple[str, ...] = ("127.0.0.1", "localhost"),
        own: bool = False,
    ) -> ssl.SSLContext:
        """The context of a site. days: from when to when its certificate is valid, from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = named("site")
        issuer = subject if own else self.name
        built = self._builder(subject, key, days, issuer).add_extension(
            x509.SubjectAlternativeName([alternative(name) for name in names]), critical=False
        )
        signed = built.sign(key if own else self.key, hashes.SHA256())
        pem = folder / "site.pem"
        pem.write_bytes(
            signed.public_bytes(Encoding.PEM)
            + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        days: tuple[int, int],
        issuer: x509.Name | None = None,
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + dt.timedelta(days=days[0]))
            .not_valid_after(now + dt.timedelta(days=days[1]))
        )

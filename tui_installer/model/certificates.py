"""Certificates as data: their content and its reasons; no keys, no cryptography."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class KeyType(StrEnum):
    """Key algorithms and sizes offered for certificates."""

    ECDSA_P256 = "ecdsa-p256"
    ECDSA_P384 = "ecdsa-p384"
    RSA_2048 = "rsa-2048"
    RSA_3072 = "rsa-3072"
    RSA_4096 = "rsa-4096"


class SanKind(StrEnum):
    """The two kinds of SAN that the control plane's clients check."""

    IP = "ip"
    DNS = "dns"


class Usage(StrEnum):
    """Extended key usages."""

    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, order=True)
class San:
    """One subject alternative name and why it is there.

    value: canonical text: a compressed IP address, or an A-label DNS name in lower case.
    """

    kind: SanKind
    value: str
    reason: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{'IP' if self.kind is SanKind.IP else 'DNS'}:{self.value}"


@dataclass(frozen=True, slots=True)
class CertProfile:
    """One certificate that the cluster needs.

    name: its identity in the session folder, such as ``ca`` or ``master01/server``.
    signer: the name of the CA's profile; its own name for a self-signed CA.
    """

    name: str
    common_name: str
    signer: str
    organizations: tuple[str, ...] = ()
    usages: frozenset[Usage] = frozenset()
    sans: tuple[San, ...] = ()
    is_ca: bool = False


@dataclass(frozen=True, slots=True)
class CertInfo:
    """A decoded certificate. Times are UNIX seconds, UTC."""

    subject: str
    issuer: str
    common_name: str
    organizations: tuple[str, ...]
    sans: tuple[San, ...]
    usages: frozenset[Usage]
    is_ca: bool
    key_type: str
    serial: str
    not_before: int
    not_after: int
    fingerprint: str
    """SHA-256 of the DER form, lower-case hex pairs joined by colons."""

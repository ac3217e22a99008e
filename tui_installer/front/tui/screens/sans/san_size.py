"""The size of the API server's certificate with its SANs, and the limits of clients."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tui_installer.model.certificates import SanKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.model.certificates import San

KIB = 1024
WARN = 16 * KIB
"""One TLS record (RFC 8446, 5.1), and more than the first flight of a TCP connection."""
MOST = 64 * KIB
"""Go's limit of a handshake message (crypto/tls common.go: maxHandshake), which held for
certificates too before it got a limit of its own; OpenSSL refuses from 100 KiB on
(SSL_MAX_CERT_LIST_DEFAULT)."""
_WITHOUT = {
    "ecdsa-p256": 430,
    "ecdsa-p384": 490,
    "rsa-2048": 830,
    "rsa-3072": 1090,
    "rsa-4096": 1345,
}
"""Bytes in DER of a server certificate without SANs, by key type; measured."""
_SHORT = 0x80


@dataclass(frozen=True, slots=True)
class Size:
    """bytes: an estimate. level: ok, warn or bad."""

    bytes: int
    count: int
    level: str

    @property
    def text(self) -> str:
        """A sentence with the estimate and what it means."""
        amount = f"{self.count} entries, about {self.bytes / KIB:.1f} KiB"
        if self.level == "ok":
            return f"✓ {amount}, fine"
        if self.level == "warn":
            return f"! {amount}: slows each handshake; clients refuse {MOST // KIB} KiB or more"
        return f"✗ {amount}: clients refuse this size; replace many names by a wildcard"


def size(sans: Sequence[San], key_type: str) -> Size:
    """Estimates the certificate with these SANs. key_type: as in the answers."""
    names = sum(_der(san) for san in sans)
    total = _WITHOUT.get(key_type, 1345) + names + (12 if sans else 0)
    level = "ok" if total < WARN else ("warn" if total < MOST else "bad")
    return Size(total, len(sans), level)


def _der(san: San) -> int:
    if san.kind is SanKind.IP:
        return 2 + len(ip_address(san.value).packed)
    length = len(san.value)
    return length + (2 if length < _SHORT else 3)

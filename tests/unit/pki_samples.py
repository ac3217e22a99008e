"""Profiles and certificates that the pki tests share."""

from __future__ import annotations

import base64
import functools
import subprocess
from typing import TYPE_CHECKING

from tui_installer.model.certificates import CertProfile, KeyType, San, SanKind, Usage
from tui_installer.pki.issue import Issued, issue_ca, issue_leaf

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000
YEAR = 365 * 86400
CA = CertProfile("ca", "kubernetes", "ca", is_ca=True)
ADMIN = CertProfile(
    "admin", "kubernetes-admin", "ca", ("kubeadm:cluster-admins",), frozenset({Usage.CLIENT})
)
SANS = (
    San(SanKind.IP, "10.0.0.1"),
    San(SanKind.IP, "127.0.0.1"),
    San(SanKind.IP, "2001:db8::1"),
    San(SanKind.DNS, "kubernetes"),
    San(SanKind.DNS, "*.example.org"),
)
SERVER = CertProfile(
    "m1/server", "kube-apiserver", "ca", usages=frozenset({Usage.SERVER}), sans=SANS
)
PEER = CertProfile(
    "m1/etcd-peer", "m1", "ca", usages=frozenset({Usage.SERVER, Usage.CLIENT}), sans=SANS[:2]
)


def ca(
    key_type: KeyType = KeyType.ECDSA_P256, *, now: int = NOW, lifetime: int = 10 * YEAR
) -> Issued:
    return _ca(key_type, now, lifetime)


@functools.cache
def _ca(key_type: KeyType, now: int, lifetime: int) -> Issued:
    return issue_ca(CA, key_type=key_type, lifetime=lifetime, now=now)


def leaf(profile: CertProfile = SERVER, key_type: KeyType = KeyType.ECDSA_P256) -> Issued:
    return _leaf(profile, key_type)


@functools.cache
def _leaf(profile: CertProfile, key_type: KeyType) -> Issued:
    return issue_leaf(profile, ca(key_type), key_type=key_type, lifetime=YEAR, now=NOW)


def openssl(*args: str, stdin: bytes = b"") -> str:
    done = subprocess.run(["openssl", *args], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode()


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def armour(label: str, der: bytes) -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode()


def dearmour(pem: bytes) -> tuple[str, bytes]:
    lines = pem.decode().split("\n")
    return lines[0].strip("-").removeprefix("BEGIN "), base64.b64decode("".join(lines[1:-2]))

"""Every reason against a certificate that was signed for a request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import openssl_ca
import pytest

from tui_installer.model.certificates import CertProfile, KeyType, San, SanKind, Usage
from tui_installer.pki import returned
from tui_installer.pki.csr import request
from tui_installer.pki.keys import make_keypair

if TYPE_CHECKING:
    from pathlib import Path

    from openssl_ca import Pair

DAY = 86400
PROFILE = CertProfile(
    "m1/kubelet-client",
    "kube-apiserver",
    "ca",
    ("system:masters",),
    frozenset({Usage.SERVER, Usage.CLIENT}),
    (San(SanKind.DNS, "api.example.com"), San(SanKind.IP, "192.0.2.11")),
)
KEY = make_keypair(KeyType.ECDSA_P256).private
SANS = "subjectAltName=DNS:api.example.com,IP:192.0.2.11"
USES = "extendedKeyUsage=serverAuth,clientAuth"
SUBJECT = "/O=system:masters/CN=kube-apiserver"


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return openssl_ca.make(tmp_path_factory.mktemp("ca"), "Corp", days=700)


def signed(
    folder: Path,
    ca: Pair,
    *extensions: str,
    subject: str = SUBJECT,
    days: int = 365,
    digest: str = "sha256",
) -> bytes:
    key, csr, cert = folder / "k", folder / "csr", folder / "crt"
    key.write_bytes(KEY.reveal())
    openssl_ca.openssl("req", "-new", "-key", key, "-subj", subject, "-out", csr)
    (folder / "ext").write_text("\n".join(extensions) + "\n")
    openssl_ca.openssl("x509", "-req", "-in", csr, "-CA", ca.cert, "-CAkey", ca.key, "-days", days,
                       "-CAcreateserial", f"-{digest}", "-extfile", folder / "ext",
                       "-out", cert)  # fmt: skip
    return cert.read_bytes()


def faults(pem: bytes, ca: Pair, least: int = 30 * DAY) -> str:
    now = int(time.time()) + 1
    found = returned.faults(pem, PROFILE, KEY, ca.pem, now=now, least=least)
    return "\n".join(map(str, found))


def test_a_request_signed_as_it_asks_has_no_fault(tmp_path: Path, ca: Pair) -> None:
    csr, cert = tmp_path / "csr", tmp_path / "crt"
    csr.write_bytes(request(PROFILE, KEY))
    openssl_ca.sign(ca, csr, cert)
    assert faults(cert.read_bytes(), ca) == ""


BAD = (
    ("SANs", (USES, "subjectAltName=DNS:api.example.com"), {}, "lacks the SANs IP:192.0.2.11"),
    ("no SANs", (USES,), {}, "lacks the SANs DNS:api.example.com, IP:192.0.2.11"),
    ("uses", (SANS, "extendedKeyUsage=serverAuth"), {}, "extended key usage lacks clientAuth"),
    ("no uses", (SANS,), {}, "extended key usage lacks clientAuth and serverAuth"),
    ("key usage", (SANS, USES, "keyUsage=critical,keyAgreement"), {}, "lacks digitalSignature"),
    ("CA", (SANS, USES, *openssl_ca.CA), {}, "it is a CA; want a leaf"),
    ("user", (SANS, USES), {"subject": "/CN=kube-apiserver"}, "its subject is CN = kube-apiserver"),
    ("groups", (SANS, USES), {"subject": f"/O=more{SUBJECT}"}, "want O = system:masters, CN ="),
    ("short", (SANS, USES), {"days": 5}, "it is valid for only 4 d; want 30 d or more"),
    ("longer than its CA", (SANS, USES), {"days": 900}, "longer than its CA; want an end at"),
    ("SHA-1", (SANS, USES), {"digest": "sha1"}, "it is signed with SHA1"),
)


@pytest.mark.parametrize(("extensions", "options", "what"), [row[1:] for row in BAD],
                         ids=[row[0] for row in BAD])  # fmt: skip
def test_a_wrong_certificate_is_refused_with_the_reason(
    tmp_path: Path, ca: Pair, extensions: tuple[str, ...], options: dict[str, object], what: str
) -> None:
    pem = signed(tmp_path, ca, *extensions, **options)  # type: ignore[arg-type]
    assert what in faults(pem, ca)


def test_more_names_and_other_parts_of_a_subject_are_allowed(tmp_path: Path, ca: Pair) -> None:
    more = f"{SANS},DNS:more.example.com"
    subject = f"/C=DE/OU=IT{SUBJECT}"
    assert faults(signed(tmp_path, ca, more, USES, subject=subject), ca) == ""


def test_another_ca_and_another_key_are_told(tmp_path: Path, ca: Pair) -> None:
    other = openssl_ca.make(tmp_path, "Other")
    assert "not signed by O = Corp, CN = Corp, but by O = Corp, CN = Other" in faults(
        signed(tmp_path, other, SANS, USES), ca
    )
    same_name = openssl_ca.make(tmp_path / "x", "Corp")
    assert "signed with another key than that of" in faults(
        signed(tmp_path, same_name, SANS, USES), ca
    )
    leaf = openssl_ca.make(tmp_path, "leaf", ca, extensions=(SANS, USES), days=300)
    assert "another key than the request" in faults(leaf.cert.read_bytes(), ca)


def test_what_is_no_pem_is_told_how_to_convert(ca: Pair) -> None:
    assert "openssl x509 -inform der" in faults(b"\x30\x82", ca)

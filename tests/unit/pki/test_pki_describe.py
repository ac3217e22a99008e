from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pki_samples import (
    ADMIN,
    NOW,
    PEER,
    SANS,
    SERVER,
    YEAR,
    armour,
    ca,
    dearmour,
    leaf,
    openssl,
    write,
)

from tui_installer.model.certificates import CertInfo, KeyType, Usage
from tui_installer.model.secret import Secret
from tui_installer.pki import describe as module
from tui_installer.pki.describe import (
    describe,
    fingerprint,
    key_matches,
    public_key_fingerprint,
    text,
)
from tui_installer.pki.issue import make_keypair


def foreign(tmp_path, *extensions, subject="/CN=x", new="ec", serial=""):
    """A certificate as other tools make them: by openssl, with any extension."""
    key = write(tmp_path, "foreign.key", b"")
    config = write(tmp_path, "c.cnf", b"[req]\ndistinguished_name=d\n[d]\n")
    kind = ["-newkey", new, *(["-pkeyopt", "ec_paramgen_curve:P-521"] if new == "ec" else [])]
    added = [word for extension in extensions for word in ("-addext", extension)]
    return openssl(
        "req", "-x509", *kind, "-nodes", "-keyout", key, "-subj", subject, "-days", "30",
        "-config", config, "-utf8", "-multivalue-rdn", *added,
        *(["-set_serial", serial] if serial else []),
    ).encode()  # fmt: skip


def test_describe_reads_back_what_was_issued():
    info = describe(leaf().cert)
    assert info == CertInfo(
        subject="CN = kube-apiserver",
        issuer="CN = kubernetes",
        common_name="kube-apiserver",
        organizations=(),
        sans=SANS,
        usages=frozenset({Usage.SERVER}),
        is_ca=False,
        key_type="ecdsa-p256",
        serial=info.serial,
        not_before=NOW - 300,
        not_after=NOW + YEAR,
        fingerprint=fingerprint(leaf().cert),
    )
    assert describe(leaf(ADMIN).cert).organizations == ("kubeadm:cluster-admins",)
    assert describe(ca().cert).is_ca


def test_serial_and_fingerprint_are_openssls():
    cert = leaf().cert
    serial = openssl("x509", "-noout", "-serial", stdin=cert).strip().removeprefix("serial=")
    assert describe(cert).serial.replace(":", "").upper() == serial
    printed = openssl("x509", "-noout", "-fingerprint", "-sha256", stdin=cert)
    assert fingerprint(cert) == printed.strip().rpartition("=")[2].lower()


@pytest.mark.parametrize("key_type", [KeyType.ECDSA_P256, KeyType.ECDSA_P384, KeyType.RSA_2048])
@pytest.mark.parametrize("profile", [SERVER, ADMIN, PEER, None])
def test_text_is_what_openssl_prints(key_type, profile):
    cert = leaf(profile, key_type).cert if profile else ca(key_type).cert
    assert text(cert) == spaced(openssl("x509", "-noout", "-text", stdin=cert))


def spaced(printed: str) -> str:
    """Newer openssl writes ``CN=x``, older ``CN = x``."""
    return re.sub(r"(?<=[ ,+])([A-Z]+)=(?=\S)", r"\1 = ", printed)


@pytest.mark.parametrize(
    "options",
    [
        {"subject": '/O=a, b/O=c\\\\d/CN=x"é #'},
        {"subject": "/O=one+CN=two"},
        {"new": "ed25519"},
        {"new": "rsa:1024"},
        {"serial": "5"},
        {"serial": "0x80"},
        {"serial": "0x8000000000000000"},
    ],
    ids=str,
)
def test_text_of_foreign_certificates_is_what_openssl_prints(tmp_path, options):
    cert = foreign(tmp_path, **options)
    assert text(cert) == spaced(openssl("x509", "-noout", "-text", stdin=cert))


def test_text_shows_sans_usages_and_extensions_that_we_never_issue(tmp_path):
    cert = foreign(
        tmp_path,
        "subjectAltName=email:a@b.c,URI:http://x/y,RID:1.2.3.4,DNS:a,IP:::1,otherName:1.2.3;UTF8:z",
        "keyUsage=keyAgreement,nonRepudiation,encipherOnly",
        "extendedKeyUsage=codeSigning,1.2.3.4",
        "nsComment=hello",
    )
    printed = text(cert)
    assert "email:a@b.c, URI:http://x/y, Registered ID:1.2.3.4, DNS:a, IP Address:0:0" in printed
    assert "Non Repudiation, Key Agreement, Encipher Only" in printed
    assert "Code Signing, 1.2.3.4" in printed
    assert "2.16.840.1.113730.1.13: \n                16:05:68:65:6c:6c:6f" in printed
    assert [str(san) for san in describe(cert).sans] == ["DNS:a", "IP:::1"]


def test_an_authority_named_by_issuer_and_serial_is_shown(tmp_path):
    config = write(
        tmp_path, "ext.cnf", b"authorityKeyIdentifier=keyid,issuer:always\nbasicConstraints=CA:TRUE"
    )
    root = write(tmp_path, "ca.pem", ca().cert)
    key = write(tmp_path, "ca.key", ca().key.reveal())
    request = write(
        tmp_path, "r.csr",
        openssl("req", "-new", "-key", key, "-subj", "/CN=x").encode(),
    )  # fmt: skip
    cert = openssl(
        "x509", "-req", "-in", request, "-CA", root, "-CAkey", key, "-extfile", config,
        "-set_serial", "7",
    )  # fmt: skip
    printed = text(cert.encode())
    assert "DirName:CN = kubernetes\n" in printed
    assert f"serial:{describe(ca().cert).serial.upper()}\n" in printed


def test_control_characters_of_a_certificate_never_reach_the_terminal(tmp_path):
    nasty = "\x1b]0;owned\x07\u202e"
    cert = foreign(tmp_path, "subjectAltName=DNS:\x1b[2J", subject=f"/O=x{nasty}/CN=y{nasty}")
    info = describe(cert)
    printed = (text(cert), info.subject, info.issuer, info.common_name, *info.organizations)
    for shown in (*printed, *(san.value for san in info.sans)):
        assert shown.replace("\n", "").isascii()
        assert shown.replace("\n", "").isprintable()
    assert info.common_name == "y\\1B]0;owned\\07\\E2\\80\\AE"


@pytest.mark.parametrize(
    "extension", ["tlsfeature=27", "2.5.29.17=DER:30:00:00", "2.5.29.19=DER:05"]
)
def test_extensions_that_can_not_be_decoded_are_refused(tmp_path, extension):
    with pytest.raises(ValueError, match="not a certificate"):
        describe(foreign(tmp_path, extension))


def test_a_negative_serial_is_refused(tmp_path):
    label, der = dearmour(foreign(tmp_path, serial="0x11223344"))
    negative = der.replace(bytes.fromhex("11223344"), bytes.fromhex("91223344"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="serial number is negative"):
            text(armour(label, negative))


def test_a_pairs_halves_have_one_fingerprint_and_other_pairs_another():
    pair, other = make_keypair(KeyType.ECDSA_P256), make_keypair(KeyType.ECDSA_P256)
    halves = [public_key_fingerprint(pem) for pem in (pair.public, pair.private.reveal())]
    assert halves[0] == halves[1] != public_key_fingerprint(other.public)
    assert re.fullmatch(r"([0-9a-f]{2}:){31}[0-9a-f]{2}", halves[0])


def test_a_pairs_fingerprint_survives_a_change_of_its_pem_form(tmp_path):
    pair = make_keypair(KeyType.RSA_2048)
    path = write(tmp_path, "k", pair.private.reveal())
    traditional = openssl("rsa", "-in", path, "-traditional").encode()
    assert b"BEGIN RSA PRIVATE KEY" in traditional
    assert public_key_fingerprint(traditional) == public_key_fingerprint(pair.public)
    ec_path = write(tmp_path, "e", leaf().key.reveal())
    assert key_matches(leaf().cert, Secret(openssl("ec", "-in", ec_path)))


def test_a_certificates_own_key_matches_and_no_other():
    assert key_matches(leaf().cert, leaf().key)
    assert not key_matches(leaf().cert, ca().key)
    assert not key_matches(leaf(SERVER, KeyType.RSA_2048).cert, leaf().key)


def test_keys_of_other_kinds_and_encrypted_ones_are_refused(tmp_path):
    x25519 = openssl("genpkey", "-algorithm", "x25519")
    with pytest.raises(ValueError, match="neither RSA nor ECDSA nor Ed25519"):
        public_key_fingerprint(x25519.encode())
    with pytest.raises(ValueError, match="neither RSA nor ECDSA"):
        key_matches(leaf().cert, Secret(x25519))
    path = write(tmp_path, "k", leaf().key.reveal())
    locked = openssl("pkey", "-in", path, "-aes256", "-passout", "pass:x")
    with pytest.raises(ValueError, match="unencrypted private key"):
        key_matches(leaf().cert, Secret(locked))


def test_a_refusal_quotes_nothing_of_the_key():
    broken = leaf().key.reveal().replace(b"A", b"!")
    with pytest.raises(ValueError, match="private key in PEM form") as caught:
        key_matches(leaf().cert, Secret(broken))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


READERS = [
    module.describe,
    module.text,
    module.fingerprint,
    module.public_key_fingerprint,
    lambda pem: module.key_matches(pem, leaf().key),
    lambda pem: module.key_matches(leaf().cert, Secret(pem)),
]


def read_all(pem: bytes) -> None:
    """Read it by every reader, as outside of tests: where a warning stops nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sentences = [refusal(reader, pem) for reader in READERS]
    assert all(sentence.isprintable() and len(sentence) < 150 for sentence in sentences)


def refusal(reader, pem: bytes) -> str:
    try:
        reader(pem)
    except ValueError as error:
        return str(error)
    return ""


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_junk_is_refused_with_a_sentence(junk):
    read_all(junk)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY"]), st.binary(max_size=300))
def test_junk_in_pem_form_is_refused_with_a_sentence(label, junk):
    read_all(armour(label, junk))


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_damaged_certificates_and_keys_are_read_or_refused(data):
    label, der = data.draw(st.sampled_from(originals()))
    damaged = bytearray(der)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    read_all(armour(label, bytes(damaged)))


def originals() -> list[tuple[str, bytes]]:
    pems = [leaf(ADMIN).cert, leaf().cert, ca().cert, leaf().key.reveal(), ca().key.reveal()]
    return [dearmour(pem) for pem in pems]

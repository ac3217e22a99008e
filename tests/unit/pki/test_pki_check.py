from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pki_samples import (
    ADMIN,
    CA,
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

from tui_installer.model.certificates import KeyType, San, SanKind, Usage
from tui_installer.model.secret import Secret
from tui_installer.pki.check import reissue_reason
from tui_installer.pki.describe import describe
from tui_installer.pki.issue import Issued, issue_ca, issue_leaf

DAY = 86400
NEW_IP = San(SanKind.IP, "10.0.0.9")


def reason(
    profile=SERVER, issued=None, signer=None, *, key_type=KeyType.ECDSA_P256, now=NOW, before=30
):
    return reissue_reason(
        profile, issued or leaf(), (signer or ca()).cert,
        key_type=key_type, now=now, renew_before=before * DAY,
    )  # fmt: skip


@pytest.mark.parametrize("key_type", [KeyType.ECDSA_P256, KeyType.ECDSA_P384, KeyType.RSA_2048])
@pytest.mark.parametrize("profile", [SERVER, ADMIN, PEER])
def test_a_fresh_certificate_serves(profile, key_type):
    assert reason(profile, leaf(profile, key_type), ca(key_type), key_type=key_type) is None


@pytest.mark.parametrize("key_type", [KeyType.ECDSA_P256, KeyType.RSA_2048])
def test_a_fresh_ca_serves(key_type):
    assert reason(CA, ca(key_type), ca(key_type), key_type=key_type) is None


@pytest.mark.parametrize(
    ("sans", "expected"),
    [
        ((*SANS[1:], NEW_IP), "SANs changed: + IP:10.0.0.9, - IP:10.0.0.1"),
        (SANS[:-1], "SANs changed: - DNS:*.example.org"),
        (SANS[::-1], "the order of the SANs changed"),
        ((*SANS, SANS[0]), "the order of the SANs changed"),
        (SANS[3:], "SANs changed: - IP:10.0.0.1, - IP:127.0.0.1, - IP:2001:db8::1"),
    ],
)
def test_changed_sans_are_named(sans, expected):
    assert reason(dataclasses.replace(SERVER, sans=sans)) == expected


def test_why_a_san_is_there_does_not_matter():
    explained = tuple(dataclasses.replace(san, reason="because") for san in SANS)
    assert reason(dataclasses.replace(SERVER, sans=explained)) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"common_name": "x"}, "subject changed: CN = x, was CN = kube-apiserver"),
        ({"organizations": ("a",)},
         "subject changed: O = a, CN = kube-apiserver, was CN = kube-apiserver"),
        ({"usages": frozenset({Usage.SERVER, Usage.CLIENT})},
         "usages changed: client+server, was server"),
        ({"usages": frozenset()}, "usages changed: none, was server"),
        ({"is_ca": True}, "it is not a CA"),
    ],
)  # fmt: skip
def test_a_changed_profile_is_named(change, expected):
    assert reason(dataclasses.replace(SERVER, **change)) == expected


def test_a_ca_is_no_leaf():
    assert reason(dataclasses.replace(CA, is_ca=False), ca()) == "it is a CA"


def test_another_key_type_is_named():
    assert reason(key_type=KeyType.RSA_3072) == "key type changed: rsa-3072, was ecdsa-p256"


def test_another_key_type_hides_no_other_reason():
    later = NOW + 2 * YEAR
    assert reason(key_type=KeyType.RSA_3072, now=later).startswith("expired")
    assert "the current CA" in reason(key_type=KeyType.RSA_3072, signer=ca(KeyType.RSA_2048))


def test_the_signature_counts_and_not_the_signers_name():
    twin = issue_ca(CA, key_type=KeyType.ECDSA_P256, lifetime=YEAR, now=NOW)
    assert reason(signer=twin) == "not signed by the current CA CN = kubernetes"
    assert reason(signer=ca(KeyType.RSA_2048)) == "not signed by the current CA CN = kubernetes"
    assert "not signed by the current CA" in reason(signer=leaf(ADMIN))


def test_a_key_of_another_certificate_is_noticed():
    swapped = Issued(leaf().cert, leaf(ADMIN).key)
    assert reason(issued=swapped) == "the key does not belong to the certificate"


@given(st.integers(0, 2000), st.integers(1, 255))
def test_one_flipped_byte_of_an_rsa_key_is_noticed(at, flip):
    good = leaf(SERVER, KeyType.RSA_2048)
    label, der = dearmour(good.key.reveal())
    damaged = bytearray(der)
    damaged[at % len(der)] ^= flip
    broken = Issued(good.cert, Secret(armour(label, bytes(damaged))))
    found = reason(SERVER, broken, ca(KeyType.RSA_2048), key_type=KeyType.RSA_2048)
    assert found is not None
    assert "key" in found


@pytest.mark.parametrize(
    "broken", [Issued(b"", Secret(b"")), Issued(b"<html>", Secret(b"x")),
               Issued(leaf().cert, Secret(b"")), Issued(leaf().cert[:200], leaf().key)],
)  # fmt: skip
def test_damaged_files_are_a_reason_and_no_error(broken):
    assert "in PEM form" in reason(issued=broken)


def test_a_signer_that_is_no_certificate_is_an_error():
    with pytest.raises(ValueError, match="not a certificate"):
        reason(signer=Issued(b"x", Secret(b"")))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW + YEAR - 30 * DAY - 1, None),
        (NOW + YEAR - 30 * DAY, "expires in 30 d"),
        (NOW + YEAR - 3 * DAY - 5, "expires in 3 d"),
        (NOW + YEAR - 3 * 3600, "expires in 3 h"),
        (NOW + YEAR - 120, "expires in 2 min"),
        (NOW + YEAR - 1, "expires in 1 s"),
        (NOW + YEAR, "expired 0 s ago"),
        (NOW + YEAR + 2 * DAY, "expired 2 d ago"),
        (NOW - 300, None),
        (NOW - 360, "not valid before 1 min from now"),
    ],
)
def test_validity_is_judged_by_the_clock(now, expected):
    assert reason(now=now) == expected


def test_a_leaf_that_lasts_as_long_as_its_ca_is_not_renewed_in_vain():
    short = ca(now=NOW, lifetime=10 * DAY)
    last = issue_leaf(SERVER, short, key_type=KeyType.ECDSA_P256, lifetime=YEAR, now=NOW)
    assert describe(last.cert).not_after == describe(short.cert).not_after
    assert reason(issued=last, signer=short, now=NOW + 9 * DAY) is None
    assert reason(issued=last, signer=short, now=NOW + 10 * DAY) == "expired 0 s ago"
    assert reason(CA, short, short, now=NOW + 9 * DAY) == "expires in 1 d"


def test_sans_of_kinds_we_never_issue_count(tmp_path):
    key = write(tmp_path, "k", ca().key.reveal())
    config = write(tmp_path, "c.cnf", b"[req]\ndistinguished_name=d\n[d]\n")
    cert = openssl(
        "req", "-x509", "-new", "-key", key, "-subj", "/CN=kube-apiserver", "-days", "300",
        "-config", config, "-addext", "extendedKeyUsage=serverAuth",
        "-addext", "subjectAltName=IP:10.0.0.1,URI:spiffe://x,email:a@b.c",
        "-addext", "basicConstraints=CA:FALSE",
    ).encode()  # fmt: skip
    plain = dataclasses.replace(SERVER, sans=SANS[:1])
    found = reason(plain, Issued(cert, ca().key), now=describe(cert).not_before)
    assert found == "SANs changed: - URI:spiffe://x, - email:a@b.c"

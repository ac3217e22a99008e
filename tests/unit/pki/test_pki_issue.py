from __future__ import annotations

import dataclasses
import re

import pytest
from pki_samples import ADMIN, CA, NOW, PEER, SANS, SERVER, YEAR, ca, leaf, openssl, write

from tui_installer.model.certificates import KeyType, San, SanKind, Usage
from tui_installer.pki.describe import describe, key_matches, text
from tui_installer.pki.issue import Issued, issue_ca, issue_leaf, make_key, make_keypair

FAST = [KeyType.ECDSA_P256, KeyType.ECDSA_P384, KeyType.RSA_2048]


def issued(profile=SERVER, signer=None, *, lifetime=YEAR, now=NOW):
    key_type = KeyType.ECDSA_P256
    return issue_leaf(profile, signer or ca(), key_type=key_type, lifetime=lifetime, now=now)


@pytest.mark.parametrize("key_type", FAST)
@pytest.mark.parametrize(("profile", "purpose"), [(SERVER, "sslserver"), (ADMIN, "sslclient")])
def test_openssl_strictly_verifies_a_leaf_for_its_purpose(tmp_path, key_type, profile, purpose):
    root = write(tmp_path, "ca.pem", ca(key_type).cert)
    cert = write(tmp_path, "leaf.pem", leaf(profile, key_type).cert)
    out = openssl(
        "verify", "-x509_strict", "-check_ss_sig", "-purpose", purpose, "-attime", str(NOW),
        "-CAfile", root, cert,
    )  # fmt: skip
    assert out.strip().endswith("OK")


@pytest.mark.parametrize(("profile", "purpose"), [(SERVER, "sslclient"), (ADMIN, "sslserver")])
def test_openssl_refuses_a_leaf_for_the_other_purpose(tmp_path, profile, purpose):
    root = write(tmp_path, "ca.pem", ca().cert)
    cert = write(tmp_path, "leaf.pem", leaf(profile).cert)
    with pytest.raises(AssertionError, match=r"unsuitable|unsupported certificate purpose"):
        openssl("verify", "-purpose", purpose, "-attime", str(NOW), "-CAfile", root, cert)


def test_every_san_is_accepted_by_openssl_and_no_other(tmp_path):
    root = write(tmp_path, "ca.pem", ca().cert)
    cert = write(tmp_path, "leaf.pem", leaf().cert)
    base = ["verify", "-attime", str(NOW), "-CAfile", root]
    for san in SANS:
        option = "-verify_ip" if san.kind is SanKind.IP else "-verify_hostname"
        openssl(*base, option, san.value.replace("*", "a"), cert)
    with pytest.raises(AssertionError, match="mismatch"):
        openssl(*base, "-verify_ip", "10.0.0.2", cert)


def test_ca_has_kubeadms_key_usage_and_signs_leaves_only():
    printed = openssl("x509", "-noout", "-text", stdin=ca().cert)
    assert "Basic Constraints: critical\n                CA:TRUE, pathlen:0\n" in printed
    usage = "Digital Signature, Key Encipherment, Certificate Sign, CRL Sign"
    assert f"Key Usage: critical\n                {usage}\n" in printed
    assert "Extended Key Usage" not in printed
    assert "Subject Alternative Name" not in printed


def test_leaf_is_marked_as_no_ca_and_keeps_its_sans_in_order():
    printed = openssl("x509", "-noout", "-text", stdin=leaf().cert)
    assert "Basic Constraints: critical\n                CA:FALSE\n" in printed
    assert "Key Usage: critical\n                Digital Signature, Key Encipherment\n" in printed
    assert (
        "IP Address:10.0.0.1, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, "
        "DNS:kubernetes, DNS:*.example.org\n" in printed
    )


def test_a_peer_certificate_serves_both_sides():
    assert describe(leaf(PEER).cert).usages == {Usage.SERVER, Usage.CLIENT}


def test_organizations_come_before_the_common_name():
    assert describe(leaf(ADMIN).cert).subject == (
        "O = kubeadm:cluster-admins, CN = kubernetes-admin"
    )


def test_leaf_names_its_signers_key():
    def ids(cert):
        return re.findall(r"Key Identifier: \n +(\S+)", text(cert))

    own, authority = ids(leaf().cert)
    root, root_authority = ids(ca().cert)
    assert authority == root == root_authority
    assert own != root


def test_a_signer_without_key_identifier_is_named_by_its_key(tmp_path):
    key = write(tmp_path, "k.pem", ca().key.reveal())
    config = write(tmp_path, "c.cnf", b"[req]\ndistinguished_name=d\n[d]\n")
    pem = openssl(
        "req", "-x509", "-new", "-key", key, "-subj", "/CN=old", "-days", "30", "-config", config,
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "subjectKeyIdentifier=none",
    ).encode()  # fmt: skip
    assert "Key Identifier" not in text(pem)
    cert = issued(signer=Issued(pem, ca().key), now=describe(pem).not_before).cert
    root_id = re.findall(r"Key Identifier: \n +(\S+)", text(ca().cert))[0]
    assert f"Authority Key Identifier: \n                {root_id}\n" in text(cert)


def test_serials_are_random_positive_and_of_at_least_64_bits():
    serials = {int(describe(issued().cert).serial.replace(":", ""), 16) for _ in range(20)}
    assert len(serials) == 20
    assert max(serials).bit_length() > 128
    assert all(0 < serial < 1 << 159 for serial in serials)


def test_validity_starts_five_minutes_ago_and_ends_after_the_lifetime():
    late = NOW + YEAR
    info = describe(issued(now=late).cert)
    assert (info.not_before, info.not_after) == (late - 300, late + YEAR)


def test_a_leaf_never_outlives_nor_predates_its_ca():
    short = ca(now=NOW, lifetime=3600)
    root = describe(short.cert)
    early = describe(issued(signer=short, now=NOW - 200).cert)
    assert (early.not_before, early.not_after) == (root.not_before, root.not_after)


@pytest.mark.parametrize("now", [NOW + 3600, NOW + YEAR, NOW - YEAR])
def test_a_ca_outside_its_validity_signs_nothing(now):
    short = ca(now=NOW, lifetime=3600)
    with pytest.raises(ValueError, match="CN = kubernetes is valid from"):
        issued(signer=short, now=now, lifetime=60)


@pytest.mark.parametrize("lifetime", [0, -1])
def test_a_lifetime_must_be_positive(lifetime):
    with pytest.raises(ValueError, match="longer than 0 s"):
        issued(lifetime=lifetime)
    with pytest.raises(ValueError, match="longer than 0 s"):
        issue_ca(CA, key_type=KeyType.ECDSA_P256, lifetime=lifetime, now=NOW)


@pytest.mark.parametrize("lifetime", [10**11 * 3, 10**30])
def test_no_certificate_is_valid_after_the_year_9999(lifetime):
    with pytest.raises(ValueError, match="year 9999"):
        issue_ca(CA, key_type=KeyType.ECDSA_P256, lifetime=lifetime, now=NOW)


def test_a_leaf_signs_nothing():
    with pytest.raises(ValueError, match="not a CA"):
        issued(signer=leaf())


def test_a_ca_with_anothers_key_signs_nothing():
    with pytest.raises(ValueError, match="key does not belong"):
        issued(signer=Issued(ca().cert, leaf().key))


def test_ca_and_leaf_profiles_are_not_mixed_up():
    with pytest.raises(ValueError, match="not a profile of a CA of that signer"):
        issue_ca(SERVER, key_type=KeyType.ECDSA_P256, lifetime=YEAR, now=NOW)
    with pytest.raises(ValueError, match="profile of a CA"):
        issued(CA)


@pytest.mark.parametrize(
    "san",
    [
        San(SanKind.IP, "010.0.0.1"), San(SanKind.IP, "fe80::1%eth0"), San(SanKind.IP, "::0:1"),
        San(SanKind.IP, "10.0.0.0/24"), San(SanKind.IP, "kubernetes"), San(SanKind.IP, ""),
        San(SanKind.DNS, ""), San(SanKind.DNS, "a b"), San(SanKind.DNS, "a\n"),
        San(SanKind.DNS, "a\0b"), San(SanKind.DNS, "a,b"), San(SanKind.DNS, "A"),
        San(SanKind.DNS, "a..b"), San(SanKind.DNS, "a."), San(SanKind.DNS, "a.*.b"),
        San(SanKind.DNS, "*"), San(SanKind.DNS, "-a"), San(SanKind.DNS, "bücher.example"),
        San(SanKind.DNS, "10.0.0.1"), San(SanKind.DNS, "x" * 64),
        San(SanKind.DNS, "a." * 127 + "b"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_san_that_is_not_canonical_is_refused(san):
    with pytest.raises(ValueError, match=r"not a lower-case DNS name|IP address|IP SAN"):
        issued(dataclasses.replace(SERVER, sans=(san,)))


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb", "\x1b[2J"])
def test_a_common_name_that_x509_can_not_hold_is_refused(name):
    with pytest.raises(ValueError, match=r"common name|printable"):
        issued(dataclasses.replace(ADMIN, common_name=name))


@pytest.mark.parametrize("key_type", list(KeyType))
def test_keys_have_the_asked_size(key_type):
    bits = {"p256": 256, "p384": 384}.get(key_type.split("-")[1]) or int(key_type.split("-")[1])
    assert make_key(key_type).key_size == bits


def test_p384_signs_with_sha384():
    assert "ecdsa-with-SHA384" in text(leaf(SERVER, KeyType.ECDSA_P384).cert)


@pytest.mark.parametrize("key_type", FAST)
def test_a_keypairs_halves_belong_together(tmp_path, key_type):
    pair = make_keypair(key_type)
    private = write(tmp_path, "sa.key", pair.private.reveal())
    assert pair.private.reveal().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert openssl("pkey", "-in", private, "-pubout") == pair.public.decode()


def test_each_certificate_has_a_key_of_its_own():
    first, second = issued(), issued()
    assert key_matches(first.cert, first.key)
    assert not key_matches(first.cert, second.key)


def test_an_issued_certificate_prints_without_its_key():
    assert "PRIVATE" not in repr(issued())

"""Every rule for a CA that the user brings, against certificates made by openssl."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

import openssl_ca
import pytest
from openssl_ca import CA, Pair, make

from tui_installer.model.certificates import CertProfile, San, SanKind, Usage
from tui_installer.model.secret import Secret
from tui_installer.pki import ca_rules, chain, encrypted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = 86400
ROOT = CA
LEAF = ("basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature")
SERVER = CertProfile(
    "m1/server",
    "kube-apiserver",
    "ca",
    usages=frozenset({Usage.SERVER, Usage.CLIENT}),
    sans=(San(SanKind.DNS, "kubernetes.default"), San(SanKind.IP, "192.0.2.11")),
)


def limited(*lines: str) -> tuple[str, ...]:
    return (*CA, *lines)


def path(length: int) -> tuple[str, ...]:
    return (f"basicConstraints=critical,CA:TRUE,pathlen:{length}", CA[1])


@functools.cache
def _root(folder: Path) -> Pair:
    return make(folder, "Root")


def below_root(folder: Path, **options: object) -> bytes:
    return make(folder, "Issuing", _root(folder), **options).pem  # type: ignore[arg-type]


def self_signed(folder: Path, **options: object) -> bytes:
    return make(folder, "Solo", **options).pem  # type: ignore[arg-type]


def a_leaf_alone(folder: Path) -> bytes:
    return make(folder, "Leaf", _root(folder), extensions=LEAF).cert.read_bytes()


def a_leaf_before_its_ca(folder: Path) -> bytes:
    return make(folder, "Leaf", _root(folder), extensions=LEAF).pem


def wrong_order(folder: Path) -> bytes:
    one = make(folder, "One", _root(folder))
    two = make(folder, "Two", one)
    root, first, second = (p.cert.read_bytes() for p in (_root(folder), one, two))
    return second + root + first


def a_stranger_in_the_chain(folder: Path) -> bytes:
    one = make(folder, "One", _root(folder))
    return one.cert.read_bytes() + make(folder, "Stranger").cert.read_bytes()


def no_root(folder: Path) -> bytes:
    return make(folder, "One", _root(folder)).cert.read_bytes()


def an_expired_root_above(folder: Path) -> bytes:
    old = make(folder, "Old", start="20200101000000Z", end="20210101000000Z")
    return make(folder, "One", old).pem


def a_short_path_above(folder: Path) -> bytes:
    tight = make(folder, "Tight", _root(folder), extensions=path(0))
    return make(folder, "One", tight).pem


def weak_above(folder: Path) -> bytes:
    return make(folder, "One", make(folder, "Weak", key="rsa1024")).pem


def with_a_key(folder: Path) -> bytes:
    return _root(folder).pem + _root(folder).key.read_bytes()


def empty(_: Path) -> bytes:
    return b""


def der(folder: Path) -> bytes:
    openssl_ca.openssl("x509", "-in", _root(folder).cert, "-outform", "der", "-out", folder / "d")
    return (folder / "d").read_bytes()


NO_SIGNING = (CA[0], "keyUsage=critical,digitalSignature")
DNS = "nameConstraints=critical,permitted;DNS:corp.example"
IP = "nameConstraints=critical,excluded;IP:192.0.2.0/255.255.255.0"
DIRECTORY = ("nameConstraints=critical,permitted;dirName:dn", "[dn]", "O=Corp")
p = functools.partial
BAD: tuple[tuple[str, Callable[[Path], bytes], int, str, str], ...] = (
    # name, file, CAs below, what is wrong, what would be right
    ("empty", empty, 0, "not a certificate in PEM form", "want the CA's certificate"),
    ("der", der, 0, "not a certificate in PEM form", "want the CA's certificate"),
    ("key inside", with_a_key, 0, "has a private key in it", "a file of its own"),
    ("leaf", a_leaf_alone, 0, "CN = Leaf is a leaf, not a CA", "want a CA certificate"),
    ("leaf first", a_leaf_before_its_ca, 0, "is a leaf, not a CA", "leave the leaf out"),
    ("order", wrong_order, 0, "certificate 2, O = Corp, CN = Root, did not sign",
     "want this order: O = Corp, CN = Two; then O = Corp, CN = One; then O = Corp, CN = Root"),
    ("stranger", a_stranger_in_the_chain, 0, "certificate 2, O = Corp, CN = Stranger, did not",
     "want there the certificate of O = Corp, CN = Root"),
    ("no root", no_root, 0, "the chain ends at O = Corp, CN = One", "append the certificate of"),
    ("no CA bit", p(self_signed, extensions=LEAF), 0, "is a leaf, not a CA", "want a CA"),
    ("no keyCertSign", p(self_signed, extensions=NO_SIGNING), 0, "lacks keyCertSign",
     "may sign certificates"),
    ("pathlen 0 above our CAs", p(below_root, extensions=path(0)), 1,
     "its path length is 0, and 1 CA would be below it", "set signs: certificates"),
    ("pathlen 0 above its CA", a_short_path_above, 0, "its path length is 0", "pathlen:1 or more"),
    ("expired", p(self_signed, start="20200101000000Z", end="20210101000000Z"), 0,
     "it expired at 2021-01-01 00:00 UTC", "want one that is valid now"),
    ("not yet valid", p(self_signed, start="20900101000000Z", end="20910101000000Z"), 0,
     "it is not valid before 2090-01-01", "clock"),
    ("expired root", an_expired_root_above, 0, "CN = Old (certificate 2): it expired", "valid now"),
    ("RSA 1024", p(self_signed, key="rsa1024"), 0, "its key is rsa-1024", "RSA of 2048 bits"),
    ("RSA 1024 above", weak_above, 0, "CN = Weak (certificate 2): its key is rsa-1024", "2048"),
    ("Ed25519", p(self_signed, key="ed25519"), 0, "its key is ed25519", "EC P-256"),
    ("SHA-1", p(below_root, digest="sha1"), 0, "it is signed with SHA1", "SHA-256 or better"),
    ("SHA-1 root", p(self_signed, digest="sha1"), 0, "it is signed with SHA1", "SHA-256"),
    ("servers only", p(below_root, extensions=limited("extendedKeyUsage=serverAuth")), 0,
     "its extended key usage lacks clientAuth", "servers and clients"),
    ("DNS constraint", p(below_root, extensions=limited(DNS)), 0,
     "DNS:kubernetes.default is not within DNS:corp.example (in m1/server)", "this name"),
    ("IP constraint", p(below_root, extensions=limited(IP)), 1,
     "IP:192.0.2.11 is excluded by IP:192.0.2.0/24", "may sign this name"),
    ("subject constraint", p(below_root, extensions=limited(*DIRECTORY)), 1,
     "the subject CN = kube-apiserver is not within DirName:O = Corp", "this name"),
    ("critical extension", p(self_signed, extensions=limited("1.2.3.4=critical,ASN1:NULL")), 0,
     "Kubernetes refuses its critical extension 1.2.3.4", "not critical"),
)  # fmt: skip
GOOD: tuple[tuple[str, Callable[[Path], bytes], int], ...] = (
    ("root", self_signed, 1),
    ("P-384", p(self_signed, key="p384"), 1),
    ("RSA", p(self_signed, key="rsa"), 1),
    ("pathlen 1 above our CAs", p(below_root, extensions=path(1)), 1),
    ("pathlen 0 that signs leaves", p(below_root, extensions=path(0)), 0),
    ("any usage", p(below_root, extensions=limited("extendedKeyUsage=anyExtendedKeyUsage")), 0),
    ("names allowed", p(below_root, extensions=limited(
        "nameConstraints=critical,permitted;DNS:default,permitted;IP:192.0.2.0/255.255.255.0")), 0),
)  # fmt: skip


def found(pem: bytes, below: int) -> tuple[ca_rules.Fault, ...]:
    return ca_rules.faults(pem, [SERVER], below=below, now=int(time.time()) + 1)


@pytest.mark.parametrize(("file", "below", "what", "right"), [row[1:] for row in BAD],
                         ids=[row[0] for row in BAD])  # fmt: skip
def test_a_broken_rule_is_named_with_what_would_be_right(
    tmp_path: Path, file: Callable[[Path], bytes], below: int, what: str, right: str
) -> None:
    faults = found(file(tmp_path), below)
    assert any(what in fault.what and right in fault.right for fault in faults), faults


@pytest.mark.parametrize(("file", "below"), [row[1:] for row in GOOD], ids=[r[0] for r in GOOD])
def test_a_good_ca_breaks_no_rule(
    tmp_path: Path, file: Callable[[Path], bytes], below: int
) -> None:
    assert found(file(tmp_path), below) == ()


def test_every_broken_rule_is_reported_at_once(tmp_path: Path) -> None:
    pem = self_signed(tmp_path, key="rsa1024", digest="sha1", extensions=NO_SIGNING)
    whats = " ".join(fault.what for fault in found(pem, 0))
    assert "keyCertSign" in whats
    assert "rsa-1024" in whats
    assert "SHA1" in whats


def test_an_old_signature_of_a_root_above_does_not_count(tmp_path: Path) -> None:
    root = make(tmp_path, "Old", digest="sha1")
    assert found(make(tmp_path, "New", root).pem, 0) == ()


def test_the_key_must_belong_to_the_ca(tmp_path: Path) -> None:
    one, other = make(tmp_path, "One"), make(tmp_path, "Other")
    assert ca_rules.key_fault(one.pem, Secret(one.key.read_bytes())) is None
    wrong = ca_rules.key_fault(one.pem, Secret(other.key.read_bytes()))
    assert wrong is not None
    assert wrong.what == "the key does not belong to the CA's certificate"
    swapped = ca_rules.key_fault(one.pem, Secret(one.pem))
    assert swapped is not None
    assert swapped.what == "it is a certificate"


def test_keys_with_a_passphrase_are_recognized_in_both_formats(tmp_path: Path) -> None:
    one = make(tmp_path, "One", key="rsa")
    for file in (openssl_ca.encrypted(one), openssl_ca.traditional(one)):
        key = Secret(file.read_bytes())
        assert encrypted.is_encrypted(key)
        opened = encrypted.decrypt(key, Secret(openssl_ca.PASSPHRASE))
        assert ca_rules.key_fault(one.pem, opened) is None
    assert not encrypted.is_encrypted(Secret(one.key.read_bytes()))


def test_what_a_ca_signs_ends_with_the_first_of_its_chain(tmp_path: Path) -> None:
    root = make(tmp_path, "Root", days=30)
    pem = make(tmp_path, "One", root, days=300).pem
    now = int(time.time())
    end = ca_rules.shortened(pem, 365 * DAY, now)
    assert end is not None
    assert end == chain.ends(pem)
    assert 29 * DAY < end - now < 31 * DAY
    assert ca_rules.shortened(pem, 5 * DAY, now) is None


def test_a_server_sends_all_but_the_root(tmp_path: Path) -> None:
    root = make(tmp_path, "Root")
    one = make(tmp_path, "One", root)
    assert chain.read(chain.to_send(one.pem)) == chain.read(one.cert.read_bytes())
    assert chain.to_send(root.pem) == b""

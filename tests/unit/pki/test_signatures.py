"""Signatures of downloads: made here with real keys, and a small sigstore of our own."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from signing import IDENTITY, ISSUER, Sigstore, new_key, public_pem, signature

from tui_installer import pki
from tui_installer.engine.cluster.trust import trust_of
from tui_installer.errors import UsageError
from tui_installer.model.spec import Signature, Source, SourceKind
from tui_installer.pki import signatures

CONTENT = b"a program"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
OTHER = hashlib.sha256(b"b program").hexdigest()


@pytest.fixture(scope="module")
def sigstore():
    return Sigstore()


@pytest.fixture
def by_identity(sigstore, tmp_path):
    root = tmp_path / "trusted_root.json"
    root.write_bytes(sigstore.trusted_root())
    return trust_for(Signature(None, IDENTITY, ISSUER, root))


def trust_for(wanted):
    return trust_of(Source(SourceKind.MIRROR, "https://m", "", wanted))


def by_key(tmp_path, content):
    file = tmp_path / "key.pub"
    file.write_bytes(content)
    return trust_for(Signature(file))


def test_a_source_that_asks_for_none_has_no_trust():
    assert trust_for(None) is None


def test_the_keys_own_signature_is_taken_and_no_other(tmp_path):
    key = new_key()
    trust = by_key(tmp_path, public_pem(key))
    trust.check(SHA256, signature(key, CONTENT))
    with pytest.raises(ValueError, match="belongs to another file or another key"):
        trust.check(OTHER, signature(key, CONTENT))
    with pytest.raises(ValueError, match="belongs to another file or another key"):
        trust.check(SHA256, signature(new_key(), CONTENT))


def test_what_openssl_signs_is_taken(tmp_path):
    def openssl(*argv):
        subprocess.run(["openssl", *argv], check=True, capture_output=True, cwd=tmp_path)

    (tmp_path / "program").write_bytes(CONTENT)
    for made in (["ecparam", "-name", "prime256v1", "-genkey", "-noout"], ["genrsa", "2048"]):
        private = subprocess.run(["openssl", *made], check=True, capture_output=True).stdout
        (tmp_path / "k").write_bytes(private)
        openssl("pkey", "-in", "k", "-pubout", "-out", "k.pub")
        openssl("dgst", "-sha256", "-sign", "k", "-out", "s", "program")
        text = base64.encodebytes((tmp_path / "s").read_bytes())
        trust = trust_for(Signature(tmp_path / "k.pub"))
        trust.check(SHA256, text)
        with pytest.raises(ValueError, match="another"):
            trust.check(OTHER, text)


@pytest.mark.parametrize("text", [b"", b"\x00\xff", b"not base64!", b"AAAA", b"\x1b[31m"])
def test_what_is_no_signature_is_refused(tmp_path, text):
    trust = by_key(tmp_path, public_pem(new_key()))
    with pytest.raises(ValueError, match="the signature"):
        trust.check(SHA256, text)


def test_a_key_file_of_no_use_is_told_with_its_path(tmp_path):
    edwards = ed25519.Ed25519PrivateKey.generate()
    for content in (b"", b"ssh-rsa AAAA", public_pem(edwards), private_pem(new_key())):
        with pytest.raises(UsageError, match=r"key\.pub"):
            by_key(tmp_path, content)
    with pytest.raises(UsageError, match="can't be read"):
        trust_for(Signature(tmp_path / "none"))


def private_pem(key):
    from cryptography.hazmat.primitives import serialization as s  # noqa: PLC0415

    return key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())


def test_another_key_has_another_fingerprint(tmp_path):
    first, second = (by_key(tmp_path, public_pem(new_key())).fingerprint for _ in range(2))
    assert first != second
    big = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert by_key(tmp_path, public_pem(big)).suffix == ".sig"


def test_a_bundle_of_the_identity_is_taken_offline(by_identity, sigstore):
    assert by_identity.suffix == ".sigstore.json"
    by_identity.check(SHA256, sigstore.bundle(CONTENT))


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"identity": "mallory@example.org"}, "SANs"),
        ({"issuer": "https://accounts.example.net"}, "ssuer"),
    ],
)
def test_a_bundle_of_another_identity_or_issuer_is_refused(by_identity, sigstore, how, says):
    with pytest.raises(ValueError, match=says):
        by_identity.check(SHA256, sigstore.bundle(CONTENT, **how))


def test_a_bundle_of_another_file_is_refused(by_identity, sigstore):
    with pytest.raises(ValueError, match="digest mismatch"):
        by_identity.check(OTHER, sigstore.bundle(CONTENT))


def test_a_bundle_of_another_sigstore_is_refused(by_identity):
    with pytest.raises(ValueError, match=r"failed to build timestamp certificate chain"):
        by_identity.check(SHA256, Sigstore().bundle(CONTENT))


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\xff", b'{"mediaType": "x"}'])
def test_what_is_no_bundle_is_refused(by_identity, text):
    with pytest.raises(ValueError, match=r"\w"):
        by_identity.check(SHA256, text)


def test_a_bundle_with_any_flipped_byte_of_its_proofs_is_refused(by_identity, sigstore):
    good = sigstore.bundle(CONTENT)
    for field in (b'"signature": "', b'"canonicalizedBody": "', b'Timestamp": "', b'rootHash": "'):
        at = good.index(field) + len(field) + 20
        bad = good[:at] + (b"A" if good[at : at + 1] != b"A" else b"B") + good[at + 1 :]
        with pytest.raises(ValueError, match=r"\w"):
            by_identity.check(SHA256, bad)


@pytest.mark.parametrize("content", [b"", b"{}", b"no json"])
def test_a_trusted_root_of_no_use_is_told_with_its_path(tmp_path, content):
    root = tmp_path / "trusted_root.json"
    root.write_bytes(content)
    with pytest.raises(UsageError, match=r"trusted_root\.json"):
        trust_for(Signature(None, IDENTITY, ISSUER, root))


def test_without_the_library_the_error_says_how_to_get_it(tmp_path, sigstore, monkeypatch):
    monkeypatch.setitem(sys.modules, "sigstore.errors", None)
    monkeypatch.delitem(sys.modules, "tui_installer.pki.sigstore_names", raising=False)
    monkeypatch.delattr(pki, "sigstore_names", raising=False)
    signatures.verifier_of.cache_clear()
    root = tmp_path / "trusted_root.json"
    root.write_bytes(sigstore.trusted_root())
    with pytest.raises(UsageError, match=r"pip install 'tui-installer\[signatures\]'"):
        trust_for(Signature(None, IDENTITY, ISSUER, root))

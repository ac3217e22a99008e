"""For the signature tests: a key of our own, and a sigstore of our own, all of it offline.

The small sigstore has what the public one has: a CA for short-lived certificates, a log of
certificates that signs an SCT, and a transparency log with one entry.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

IDENTITY = "release@example.org"
ISSUER = "https://accounts.example.org"
_ISSUER_OID = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_SHA256 = hashes.SHA256()
_USAGE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


def signature(key, content):
    """As ``cosign sign-blob --key`` prints it."""
    digest = hashlib.sha256(content).digest()
    return base64.b64encode(key.sign(digest, ec.ECDSA(Prehashed(_SHA256)))) + b"\n"


def _der(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.DER, form)


def _b64(data):
    return base64.b64encode(data).decode()


class Sigstore:
    """Its trusted root, and bundles of what it signs."""

    def __init__(self):
        self._ca, self._ct, self._log = new_key(), new_key(), new_key()
        self._now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        name = _name("sigstore test")
        self._root = (
            self._builder(name, self._ca, days=1)
            .issuer_name(name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(**{**_USAGE, "key_cert_sign": True}), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._ca.public_key()), critical=False
            )
            .sign(self._ca, _SHA256)
        )

    def trusted_root(self):
        """The content of trusted_root.json."""
        start = (self._now - dt.timedelta(days=1)).isoformat().replace("+00:00", "Z")
        raw = self._root.public_bytes(serialization.Encoding.DER)

        def log(key, url):
            public = {
                "rawBytes": _b64(_der(key)),
                "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                "validFor": {"start": start},
            }
            return {
                "baseUrl": url,
                "hashAlgorithm": "SHA2_256",
                "publicKey": public,
                "logId": {"keyId": _b64(hashlib.sha256(_der(key)).digest())},
            }

        root = {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log(self._log, "https://rekor.example.org")],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "example.org", "commonName": "sigstore test"},
                    "uri": "https://fulcio.example.org",
                    "certChain": {"certificates": [{"rawBytes": _b64(raw)}]},
                    "validFor": {"start": start},
                }
            ],
            "ctlogs": [log(self._ct, "https://ct.example.org")],
            "timestampAuthorities": [],
        }
        return json.dumps(root).encode()

    def bundle(self, content, *, identity=IDENTITY, issuer=ISSUER):
        """The content of NAME.sigstore.json."""
        key = new_key()
        certificate = self._certificate(key, identity, issuer)
        digest = hashlib.sha256(content).digest()
        signed = key.sign(digest, ec.ECDSA(Prehashed(_SHA256)))
        made = {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {
                "certificate": {
                    "rawBytes": _b64(certificate.public_bytes(serialization.Encoding.DER))
                },
                "tlogEntries": [self._entry(digest, signed, certificate)],
            },
            "messageSignature": {
                "messageDigest": {"algorithm": "SHA2_256", "digest": _b64(digest)},
                "signature": _b64(signed),
            },
        }
        return json.dumps(made).encode()

    def _builder(self, name, key, **lives):
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - dt.timedelta(minutes=1))
            .not_valid_after(self._now + dt.timedelta(**lives))
        )

    def _certificate(self, key, identity, issuer):
        builder = (
            self._builder(x509.Name([]), key, minutes=9)
            .issuer_name(self._root.subject)
            .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(identity)]), critical=True)
            .add_extension(x509.KeyUsage(**{**_USAGE, "digital_signature": True}), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._ca.public_key()),
                critical=False,
            )
            .add_extension(
                x509.UnrecognizedExtension(_ISSUER_OID, issuer.encode()),
                critical=False,
            )
        )
        bare = builder.sign(self._ca, _SHA256).tbs_certificate_bytes
        return builder.add_extension(self._sct(bare), critical=False).sign(self._ca, _SHA256)

    def _sct(self, tbs):
        """RFC 6962, section 3.2: the log's promise, over the certificate without it."""
        stamp = struct.pack(">Q", int(self._now.timestamp() * 1000))
        issuer = hashlib.sha256(_der(self._ca)).digest()
        signed = b"\x00\x00" + stamp + b"\x00\x01" + issuer + len(tbs).to_bytes(3, "big") + tbs
        made = self._ct.sign(signed + b"\x00\x00", ec.ECDSA(_SHA256))
        sct = b"\x00" + hashlib.sha256(_der(self._ct)).digest() + stamp + b"\x00\x00"
        sct += b"\x04\x03" + struct.pack(">H", len(made)) + made
        listed = struct.pack(">H", len(sct)) + sct
        inner = struct.pack(">H", len(listed)) + listed
        value = bytes([0x04, len(inner)]) + inner  # under 128 bytes
        return x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), value)

    def _entry(self, digest, signed, certificate):
        """The log's only entry (hashedrekord 0.0.1), with promise, proof and checkpoint."""
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        spec = {
            "data": {"hash": {"algorithm": "sha256", "value": digest.hex()}},
            "signature": {"content": _b64(signed), "publicKey": {"content": _b64(pem)}},
        }
        body = _canonical({"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": spec})
        log_id, at = hashlib.sha256(_der(self._log)).digest(), int(self._now.timestamp())
        promised = {"body": _b64(body), "integratedTime": at, "logID": log_id.hex(), "logIndex": 0}
        leaf = hashlib.sha256(b"\x00" + body).digest()
        note = f"rekor.example.org - 1\n1\n{_b64(leaf)}\n"
        noted = log_id[:4] + self._log.sign(note.encode(), ec.ECDSA(_SHA256))
        checkpoint = f"{note}\n— rekor.example.org {_b64(noted)}\n"
        promise = self._log.sign(_canonical(promised), ec.ECDSA(_SHA256))
        return {
            "logIndex": "0",
            "logId": {"keyId": _b64(log_id)},
            "kindVersion": {"kind": "hashedrekord", "version": "0.0.1"},
            "integratedTime": str(at),
            "inclusionPromise": {"signedEntryTimestamp": _b64(promise)},
            "inclusionProof": {
                "logIndex": "0",
                "rootHash": _b64(leaf),
                "treeSize": "1",
                "hashes": [],
                "checkpoint": {"envelope": checkpoint},
            },
            "canonicalizedBody": _b64(body),
        }


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _canonical(data):
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()

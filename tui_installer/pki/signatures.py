"""Checks signatures of downloads, by a public key or a sigstore identity. Works offline.

A download is given by its SHA-256 and not read again. All functions here raise ValueError.
"""

from __future__ import annotations

import base64
import binascii
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tui_installer.pki.load import public_half

if TYPE_CHECKING:
    from pathlib import Path

_SHA256 = Prehashed(hashes.SHA256())
EXTRA = "pip install 'tui-installer[signatures]'"


def signing_key(pem: bytes) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """A public key in PEM form, as ``cosign generate-key-pair`` and ``openssl`` write it."""
    if b"PRIVATE KEY" in pem:
        raise ValueError("that is a private key; use its public key")
    key = public_half(pem)
    if isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return key
    raise ValueError("the key is neither ECDSA nor RSA")


def check_by_key(
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, sha256: str, signature: bytes
) -> None:
    """signature: base64, as ``cosign sign-blob --key`` prints it, of ECDSA or PKCS #1 v1.5."""
    try:
        raw = base64.b64decode(b"".join(signature.split()), validate=True)
    except binascii.Error:
        raise ValueError("the signature is not base64 text") from None
    digest = bytes.fromhex(sha256)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(raw, digest, padding.PKCS1v15(), _SHA256)
        else:
            key.verify(raw, digest, ec.ECDSA(_SHA256))
    except InvalidSignature:
        raise ValueError("the signature belongs to another file or another key") from None


def check_by_identity(root: Path, identity: str, issuer: str, sha256: str, bundle: bytes) -> None:
    """bundle: a sigstore bundle with its log entry; root: a trusted_root.json."""
    verifier, sigstore = verifier_of(root), _sigstore()
    policy = sigstore.Identity(identity=identity, issuer=issuer)
    hashed = sigstore.Hashed(algorithm=sigstore.SHA2_256, digest=bytes.fromhex(sha256))
    with sigstore.refusing():
        verifier.verify_artifact(hashed, sigstore.Bundle.from_json(bundle), policy)


@cache
def verifier_of(root: Path) -> Any:
    """sigstore's Verifier for a trusted root, read once."""
    sigstore = _sigstore()
    with sigstore.refusing():
        return sigstore.Verifier(trusted_root=sigstore.TrustedRoot.from_file(str(root)))


def _sigstore() -> Any:
    """Imports sigstore at first use: it is optional, and takes a second."""
    try:
        from tui_installer.pki import sigstore_names  # noqa: PLC0415
    except ImportError as error:
        raise ValueError(f"signatures by identity need the sigstore library: {EXTRA}") from error
    return sigstore_names

"""Makes the signature check of a fetch from the answers' signature settings."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tui_installer.errors import UsageError
from tui_installer.pki import signatures
from tui_installer.release.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_installer.model.spec import Source

T = TypeVar("T")


def trust_of(source: Source) -> Trust | None:
    """None if no signature is required. Blocking. Raises UsageError for an unusable file."""
    wanted = source.signature
    if wanted is None:
        return None
    if wanted.key is not None:
        return _by_key(wanted.key)
    if wanted.trusted_root is not None:
        return _by_identity(wanted.trusted_root, wanted.identity, wanted.issuer)
    raise UsageError("source.signature names neither a key nor a trusted root")


def _by_key(path: Path) -> Trust:
    content = _read(path)
    key = _usable(path, lambda: signatures.signing_key(content))
    check = partial(signatures.check_by_key, key)
    return Trust(".sig", f"the key {path.name}", _fingerprint(content), check)


def _by_identity(root: Path, identity: str, issuer: str) -> Trust:
    content = _read(root)
    _usable(root, lambda: signatures.verifier_of(root))
    check = partial(signatures.check_by_identity, root, identity, issuer)
    seal = _fingerprint(content, identity.encode(), issuer.encode())
    return Trust(".sigstore.json", f"{identity} ({issuer})", seal, check)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} can't be read: {error.strerror or error}",
            hint="source.signature in the answers names it; check its owner and mode",
        ) from error


def _usable(path: Path, load: Callable[[], T]) -> T:
    try:
        return load()
    except ValueError as error:
        raise UsageError(
            f"signatures can't be checked with {path}: {error}",
            hint="source.signature in the answers names it; nothing was fetched",
        ) from error


def _fingerprint(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

"""Imports the used parts of sigstore, an optional library, for `signatures`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import ExtensionNotFound
from sigstore.errors import Error
from sigstore.hashes import Hashed
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier
from sigstore.verify.policy import Identity
from sigstore_models.common.v1 import HashAlgorithm

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SHA2_256", "Bundle", "Hashed", "Identity", "TrustedRoot", "Verifier", "refusing"]

SHA2_256 = HashAlgorithm.SHA2_256
_REFUSALS = (Error, ValueError, LookupError, TypeError, ExtensionNotFound, UnsupportedAlgorithm)
"""Everything that sigstore raises for unreadable or rejected input."""


@contextmanager
def refusing() -> Iterator[None]:
    """Turns sigstore's errors into ValueError with the first line of the message."""
    try:
        yield
    except _REFUSALS as error:
        lines = str(error).strip().splitlines()
        raise ValueError(lines[0] if lines else type(error).__name__) from error

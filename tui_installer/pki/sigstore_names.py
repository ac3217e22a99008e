"""What is used of sigstore, an optional library; imported by `signatures` when it is needed."""

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
"""All that it raises for what it can't read or doesn't accept."""


@contextmanager
def refusing() -> Iterator[None]:
    """Turns its errors into ValueError with the first line of its own words."""
    try:
        yield
    except _REFUSALS as error:
        said = str(error).strip().splitlines()
        raise ValueError(said[0] if said else type(error).__name__) from error

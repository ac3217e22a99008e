"""A value that is masked wherever it is printed."""

from __future__ import annotations

import hashlib
import hmac
import re

MASK = "•••"
_CONVENTIONAL = re.compile(r"[A-Z_][A-Z0-9_]*")


def variable_shown(name: str) -> str:
    """``the variable SSH_PASSWORD``; a name in another style is not shown, because it may be a
    password that was typed by mistake.
    """
    if _CONVENTIONAL.fullmatch(name):
        return f"the variable {name}"
    return f"a variable with a name of {len(name)} characters"


class Secret:
    """Bytes that print as ``•••`` everywhere; only `reveal` returns them."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes | str) -> None:
        self._value = value.encode() if isinstance(value, str) else value

    def reveal(self) -> bytes:
        return self._value

    def fingerprint(self) -> str:
        """SHA-256 of the value, lower-case hex; show it only if the value cannot be guessed."""
        return hashlib.sha256(self._value).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> str:
        raise TypeError("a Secret cannot be pickled")

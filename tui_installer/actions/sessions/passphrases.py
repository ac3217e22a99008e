"""Passphrases of files: the one that opens it, in three tries, or a new one, typed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tui_installer.errors import AuthenticationFailed, UsageError
from tui_installer.remote.credentials import ATTEMPTS, NoPassphrase, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import SecretRef
    from tui_installer.remote.credentials import Credentials

    Ask = Callable[[str], Awaitable[Secret | None]]

T = TypeVar("T")
SHORTEST = 8
"""Characters. Whoever has the file can guess without end."""
SOURCES = "name a file that holds it by --passphrase-file, or a variable by --passphrase-env"


async def opened(
    credentials: Credentials, ref: SecretRef, file: Path, opener: Callable[[bytes], T]
) -> T:
    """What opener makes of a passphrase; it raises WrongPassphrase for a wrong one.

    Raises AuthenticationFailed where none is right.
    """
    try:
        return await credentials.unlock(ref, file, opener)
    except NoPassphrase:
        raise AuthenticationFailed(f"{file} needs a passphrase, none given", hint=SOURCES) from None
    except WrongPassphrase:
        raise AuthenticationFailed(
            f"{file} does not open with that passphrase", hint="nothing was changed"
        ) from None


async def chosen(credentials: Credentials, ref: SecretRef, ask: Ask | None, what: str) -> Secret:
    """A new passphrase for what is named. Raises UsageError, AuthenticationFailed."""
    given = credentials.resolve(ref, f"the passphrase of {what}")
    if given is not None:
        if why := _weak(given):
            raise UsageError(f"the passphrase of {what} {why}")
        return given
    if ask is None:
        raise UsageError(f"nobody is there to type a passphrase for {what}", hint=SOURCES)
    return await _typed_twice(ask, what)


async def _typed_twice(ask: Ask, what: str) -> Secret:
    prompt = f"New passphrase for {what}: "
    for _ in range(ATTEMPTS):
        first = await ask(prompt)
        if first is None:
            break
        why = _weak(first) or ("was not the same again" if await ask("Again: ") != first else "")
        if not why:
            return first
        prompt = f"It {why}. New passphrase for {what}: "
    raise AuthenticationFailed(f"no passphrase was chosen for {what}", hint="nothing was changed")


def _weak(passphrase: Secret) -> str:
    few = len(passphrase.reveal()) < SHORTEST
    return f"has fewer than {SHORTEST} characters" if few else ""

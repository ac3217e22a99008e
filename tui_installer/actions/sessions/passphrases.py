"""Passphrases of files: asks up to three times for the right one, or twice for a new one."""

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
"""Characters. Someone who has the file can try passphrases without limit."""
SOURCES = "use --passphrase-file FILE or --passphrase-env VARIABLE"


async def opened(
    credentials: Credentials, ref: SecretRef, file: Path, opener: Callable[[bytes], T]
) -> T:
    """Returns what opener returns for the right passphrase.

    opener raises WrongPassphrase for a wrong one. Raises AuthenticationFailed if none is right.
    """
    try:
        return await credentials.unlock(ref, file, opener)
    except NoPassphrase:
        raise AuthenticationFailed(
            f"{file} needs a passphrase, none was given", hint=SOURCES
        ) from None
    except WrongPassphrase:
        raise AuthenticationFailed(
            f"wrong passphrase for {file}", hint="nothing was changed"
        ) from None


async def chosen(credentials: Credentials, ref: SecretRef, ask: Ask | None, what: str) -> Secret:
    """Returns a new passphrase for `what`. Raises UsageError, AuthenticationFailed."""
    given = credentials.resolve(ref, f"the passphrase of {what}")
    if given is not None:
        if why := _weak(given):
            raise UsageError(f"the passphrase of {what} {why}")
        return given
    if ask is None:
        raise UsageError(f"cannot ask for a passphrase for {what} without a terminal", hint=SOURCES)
    return await _typed_twice(ask, what)


async def _typed_twice(ask: Ask, what: str) -> Secret:
    prompt = f"New passphrase for {what}: "
    for _ in range(ATTEMPTS):
        first = await ask(prompt)
        if first is None:
            break
        why = _weak(first) or ("did not match" if await ask("Again: ") != first else "")
        if not why:
            return first
        prompt = f"It {why}. New passphrase for {what}: "
    raise AuthenticationFailed(f"no passphrase was chosen for {what}", hint="nothing was changed")


def _weak(passphrase: Secret) -> str:
    few = len(passphrase.reveal()) < SHORTEST
    return f"has fewer than {SHORTEST} characters" if few else ""

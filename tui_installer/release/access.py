"""Describes how a source's site is reached: its own CA, and its login."""

from __future__ import annotations

import base64
import os
import re
import stat
from dataclasses import dataclass
from netrc import NetrcParseError, netrc
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Login:
    """header: the value of Authorization. origin: where the login is from, for messages."""

    header: Secret
    origin: str


@dataclass(frozen=True, slots=True)
class Access:
    """answer: the block of the answers, for hints. ca: the path of its CA file, or ''."""

    answer: str = "kubernetes.source"
    ca: str = ""
    login: Login | None = None


PLAIN = Access()
"""Neither a CA nor a login."""


def login_of(content: Secret, origin: str) -> Login:
    """The login in ``USER:PASSWORD``, or in a bearer token, which has no colon.

    Raises UsageError for any other content, without showing it.
    """
    text = content.reveal().decode("utf-8", "replace").strip()
    token = re.sub(r"^bearer\s+", "", text, flags=re.IGNORECASE)
    if ":" in text:
        return Login(_basic(text), origin)
    if not _TOKEN.fullmatch(token) or '"' in token or "\\" in token:
        raise UsageError(
            f"{origin} holds no login",
            hint="want one line: USER:PASSWORD, or a bearer token",
        )
    return Login(Secret(f"Bearer {token}"), origin)


def from_netrc(host: str, say: Callable[[str], None]) -> Login | None:
    """The login of a host in NETRC or ~/.netrc, as curl and requests read it; None without one.

    Blocks. Raises UsageError if NETRC names an unusable file, or if others can read the login.
    """
    named = os.environ.get("NETRC", "")
    path = Path(named or "~/.netrc").expanduser()
    if not named and not path.exists():
        return None
    origin = f"the variable NETRC is {named}, which" if named else f"{path}"
    try:
        found = netrc(str(path)).authenticators(host)
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, NetrcParseError, UnicodeDecodeError) as error:
        why = _why(error)
        if named:
            raise UsageError(f"{origin} {why}", hint="correct NETRC, or unset it") from None
        say(f"{path} {why}: no login is taken from it")
        return None
    if found is None or not found[2]:
        return None
    if mode & 0o077:
        raise UsageError(
            f"{path} holds the login for {host}, and other users can read it (mode {mode:04o})",
            hint=f"chmod 600 {path}",
        )
    return Login(_basic(f"{found[0]}:{found[2]}"), str(path))


def _why(error: Exception) -> str:
    if isinstance(error, NetrcParseError):  # whose message may quote a password
        return f"is not a netrc file: line {error.lineno} is not understood"
    if isinstance(error, OSError):
        missing = isinstance(error, FileNotFoundError)
        return "does not exist" if missing else f"cannot be read: {error.strerror}"
    return "is not a text file"


def _basic(text: str) -> Secret:
    return Secret(f"Basic {base64.b64encode(text.encode()).decode()}")

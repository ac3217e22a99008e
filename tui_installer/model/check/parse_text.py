"""Parses versions, durations, digests and names; ValueError says what is allowed."""

from __future__ import annotations

import base64
import re
import unicodedata

from tui_installer.model.check.right_value import version_meant
from tui_installer.model.spec import Version

_SHOWN = 60
_MAX_PORT = 65535
_MAX_SECONDS = 36500 * 86400
_MAX_LINE = 8192
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = r"(0|[1-9][0-9]{0,5})"
_VERSION = re.compile(rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-(?:alpha|beta|rc)\.[0-9]{{1,6}})?")
EXAMPLE_VERSION = "v1.37.2"
_DURATION = re.compile(
    r"(?:(?P<d>[0-9]{1,10})d)?(?:(?P<h>[0-9]{1,10})h)?"
    r"(?:(?P<m>[0-9]{1,10})m)?(?:(?P<s>[0-9]{1,10})s)?"
)
_FINGERPRINT = re.compile(r"SHA256:([A-Za-z0-9+/]{43})=?")
_PORT_RANGE = re.compile(r"([1-9][0-9]{0,4})-([1-9][0-9]{0,4})")
_FLAG = re.compile(r"(?=.{1,200}\Z)[a-z0-9]+(-[a-z0-9]+)*")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\+-]{0,254}\$?")
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")


def shown(text: str) -> str:
    """The text quoted for a message: escaped, without a login, cut if it is long."""
    text = without_login(text)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def without_login(text: str) -> str:
    """Text that the user typed, with … for the login of a URL and for its query.

    It need not be a valid URL: a password may contain any character, so … replaces everything
    before the last @.
    """
    head, at, rest = text.rpartition("@")
    scheme, slashes, _ = head.partition("://")
    if slashes:
        text = f"{scheme}://…@{rest}"
    elif at and ":" in head:
        text = f"…@{rest}"
    site, mark, _ = text.partition("?")
    return f"{site}?…" if mark and "://" in site else text


def public_url(url: str) -> str:
    """A valid URL without user, password and query: for messages, plans, origins and keys."""
    head, mark, rest = url.partition("://")
    if not mark:
        return url
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{head}://{host.rpartition('@')[2]}{slash}{path}"


def unprintable(text: str) -> str:
    """The name of the first control or invisible character or line break in text, or ''."""
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            known = {"\n": "a newline", "\0": "a NUL", "\t": "a tab", "\r": "a carriage return"}
            return known.get(char, f"the control character U+{ord(char):04X}")
    return ""


def version(text: str) -> Version:
    """``v1.37.2``, ``1.37.2``, ``v1.38.0-rc.1``."""
    match = _VERSION.fullmatch(text)
    if match is None:
        right, why = version_meant(text, EXAMPLE_VERSION)
        instead = f", which {why}: {right} would be right" if right else ""
        raise ValueError(
            "want a version of the upstream project with all three numbers, such as "
            f"{EXAMPLE_VERSION}; got {shown(text)}{instead}"
        )
    major, minor, patch, suffix = match.groups()
    return Version(int(major), int(minor), int(patch), suffix or "")


def duration(text: str) -> int:
    """Seconds in ``365d``, ``24h``, ``90m``, ``30s``, ``1h30m``; 0 for ``0``. At most 36500d."""
    match = _DURATION.fullmatch(text)
    if text != "0" and (match is None or not text):
        raise ValueError(
            "want a number and a unit (s, m, h or d, the largest first), "
            f"such as 90m, 24h or 365d; got {shown(text)}"
        )
    parts = match.groupdict() if match else {}
    seconds = sum(int(parts[unit]) * size for unit, size in _UNITS.items() if parts.get(unit))
    if seconds > _MAX_SECONDS:
        raise ValueError(f"want at most 36500d, got {shown(text)}")
    return seconds


def duration_text(seconds: int) -> str:
    """The shortest text that `duration` reads as these seconds, in one unit."""
    for unit, size in _UNITS.items():
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return "0"


def fingerprint(text: str) -> str:
    """A host key's ``SHA256:…`` as ``ssh-keygen -l`` prints it."""
    match = _FINGERPRINT.fullmatch(text)
    if match is None or not _is_canonical(match[1]):
        raise ValueError(
            "want SHA256: and 43 base64 characters, as `ssh-keygen -lf KEY.pub` prints them; "
            f"got {shown(text)}"
        )
    return f"SHA256:{match[1]}"


def _is_canonical(digest: str) -> bool:
    """43 characters hold 258 bits: the last two must be zero in a real digest."""
    return base64.b64encode(base64.b64decode(f"{digest}=")).decode() == f"{digest}="


def sha256(text: str) -> str:
    """64 hex digits, lower case."""
    if not re.fullmatch(r"[0-9A-Fa-f]{64}", text):
        raise ValueError(f"want 64 hexadecimal digits, as sha256sum prints them; got {shown(text)}")
    return text.lower()


def port_range(text: str) -> tuple[int, int]:
    """``30000-32767``, both ends included."""
    match = _PORT_RANGE.fullmatch(text)
    low, high = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 0 < low <= high <= _MAX_PORT:
        raise ValueError(f"want LOW-HIGH within 1-65535, such as 30000-32767; got {shown(text)}")
    return low, high


def cluster_name(text: str) -> str:
    """One lower-case DNS label; it names a folder as well."""
    if not _LABEL.fullmatch(text):
        raise ValueError(
            "want 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit; "
            f"got {shown(text)}"
        )
    return text


def user_name(text: str) -> str:
    r"""A login name: POSIX names, and ``user@domain`` or ``DOMAIN\user`` of directories."""
    if not _USER.fullmatch(text):
        raise ValueError(
            "want a login name of letters, digits and _ . - @ \\ +, not starting with a sign; "
            f"got {shown(text)}"
        )
    return text


def env_name(text: str) -> str:
    """The name of an environment variable."""
    if not _ENV.fullmatch(text):
        raise ValueError(
            "want the name of an environment variable (letters, digits and _, without $); "
            f"got {shown(text)}"
        )
    return text


def flag_name(text: str) -> str:
    """A flag without its dashes, such as ``audit-log-maxage``; at most 200 characters."""
    if text.startswith("-") and _FLAG.fullmatch(text.lstrip("-")):
        raise ValueError(f"write the flag without its dashes: {shown(text.lstrip('-'))}")
    if not _FLAG.fullmatch(text):
        raise ValueError(
            "want a flag's name of a-z, 0-9 and -, at most 200, without leading dashes, such as v "
            f"or audit-log-maxage; got {shown(text)}"
        )
    return text


def line(text: str) -> str:
    """One line of at most 8192 characters, such as a flag's value; may be empty."""
    if bad := unprintable(text):
        raise ValueError(f"want one line of printable text; got {bad} in {shown(text)}")
    if len(text) > _MAX_LINE:
        raise ValueError(f"want at most {_MAX_LINE} characters, got {len(text)}")
    return text

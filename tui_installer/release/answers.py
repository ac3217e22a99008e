"""Decides what an HTTP response means for a download (RFC 9110): go on, retry, or fail."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release.client import NotThere, shown
from tui_installer.release.digest import PORTAL
from tui_installer.release.failures import login_wanted
from tui_installer.release.routes import VIA

if TYPE_CHECKING:
    import httpx

    from tui_installer.release.access import Access

_RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_LOGIN = frozenset({401, 403})
_PROXY_LOGIN = 407
_PARTIAL, _UNSATISFIABLE = 206, 416
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Transient(Exception):
    """A failure that a retry may not meet. after: seconds that the server asks to wait, or 0."""

    def __init__(self, reason: str, after: float = 0) -> None:
        super().__init__(reason)
        self.after = after


class NotAFile(InstallerError):
    """The server sent a page about the file, or a refusal, not the file."""


def check(response: httpx.Response, access: Access) -> None:
    """Raises Transient, NotThere or NotAFile unless the response carries a file."""
    status = f"{response.status_code} {response.reason_phrase}".strip()
    if response.is_success:
        return
    if response.status_code in _RETRYABLE:
        raise Transient(status, _retry_after(response))
    where = shown(response.url)
    if response.status_code in _GONE:
        raise NotThere(f"{where} does not exist ({status})")
    raise NotAFile(f"{where} was refused: {status}", hint=_way_out(response, access))


def check_program(response: httpx.Response, access: Access) -> None:
    """As `check`, for a program or a tarball: a web page is refused as well."""
    check(response, access)
    if response.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise NotAFile(f"{shown(response.url)} is a web page (HTML), not a program", hint=PORTAL)


def _way_out(response: httpx.Response, access: Access) -> str:
    proxy = response.extensions.get(VIA)
    if response.status_code == _PROXY_LOGIN:
        return login_wanted(proxy)
    if response.status_code in _LOGIN:
        if response.history:
            return (
                f"{shown(response.history[0].url)} redirects there, and a login is sent to no "
                "other site; use the URL of the site itself"
            )
        if access.login:
            return f"the site does not accept the login from {access.login.origin}"
        return (
            f"if the site needs a login, name it in {access.answer}.login "
            "({file: …} or {env: …}) or in ~/.netrc"
        )
    through = f"it was asked through {proxy}; " if proxy else ""
    return f"{through}check the source URL, and whether a proxy requires a login"


def _retry_after(response: httpx.Response) -> float:
    """Seconds of a Retry-After header, which is a number or a date; 0 without one."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0


def complete(response: httpx.Response, had: int) -> bool:
    """Whether the server reports that nothing follows the first `had` bytes."""
    sent = response.headers.get("Content-Range", "")
    return response.status_code == _UNSATISFIABLE and had > 0 and sent == f"bytes */{had}"


def start_of(response: httpx.Response, had: int) -> int | None:
    """The offset of the response's bytes in the file; None if the partial file is unusable."""
    if response.status_code == _UNSATISFIABLE:
        return None
    if response.status_code != _PARTIAL:
        return 0
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return had if match and int(match[1]) == had else None


def total_of(response: httpx.Response, start: int) -> int:
    """The whole file's size in bytes, 0 if the response has no length."""
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else 0


def validator_of(response: httpx.Response) -> str:
    """The strong ETag or the modification time, usable in If-Range; '' if there is none."""
    etag: str = response.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):
        return etag
    modified: str = response.headers.get("Last-Modified", "")
    return modified

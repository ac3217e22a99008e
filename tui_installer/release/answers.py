"""Decides what an HTTP response means for a download (RFC 9110): go on, retry, or fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release.client import NotThere, shown

if TYPE_CHECKING:
    import httpx

_RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_PARTIAL, _UNSATISFIABLE = 206, 416
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Transient(Exception):
    """A failure that a retry may not meet."""


class NotAFile(InstallerError):
    """The server sent a page about the file, or a refusal, not the file."""


def check(response: httpx.Response) -> None:
    """Raises Transient, NotThere or NotAFile unless the response carries a file."""
    status = f"{response.status_code} {response.reason_phrase}".strip()
    if response.is_success:
        return
    if response.status_code in _RETRYABLE:
        raise Transient(status)
    where = shown(response.url)
    if response.status_code in _GONE:
        raise NotThere(f"{where} does not exist ({status})")
    raise NotAFile(
        f"{where} was refused: {status}",
        hint="check the source URL, and whether a proxy requires a login",
    )


def check_program(response: httpx.Response) -> None:
    """As `check`, for a program or a tarball: a web page is refused as well."""
    check(response)
    if response.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise NotAFile(
            f"{shown(response.url)} is a web page (HTML), not a program",
            hint="a proxy or a login page may have answered instead; check the source URL",
        )


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

"""Checks the health of an external etcd with the client certificate that the API server uses."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tui_installer.kubernetes.etcd_urls import CLIENT_PORT
from tui_installer.model.check import parse

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers
    from tui_installer.model.answers.etcd import ExternalEtcd

SECONDS = 8
MOST = 64 * 1024
"""Bytes of a reply that are read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one endpoint; url '' if none could be tried. ok: None if not tried."""

    url: str
    ok: bool | None
    text: str


async def probe(answers: Answers) -> list[Verdict]:
    """Returns one verdict per endpoint, or a single one if they cannot be tried from here."""
    external = answers.etcd.external
    if not external.endpoints:
        return [Verdict("", None, "no endpoint is given yet")]
    if external.files == "hosts":
        return [Verdict("", None, "its files are on the masters: the run tests them there first")]
    try:
        context = await asyncio.to_thread(_context, external)
    except (OSError, ValueError) as error:
        return [Verdict("", False, f"its files cannot be used: {_why(error)}")]
    return await asyncio.gather(*(_try(url, context) for url in external.endpoints))


def _context(external: ExternalEtcd) -> ssl.SSLContext:
    """Raises OSError, also for an invalid certificate, and ValueError."""
    for name in (external.ca, external.cert, external.key):
        _file(name).read_bytes()  # ssl does not report which of them is missing
    context = ssl.create_default_context(cafile=_file(external.ca))
    context.load_cert_chain(_file(external.cert), _file(external.key), password=_no_passphrase)
    return context


def _file(name: str) -> Path:
    return Path(parse.file_path(name)).expanduser()


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase, which the API server cannot give")


async def _try(url: str, context: ssl.SSLContext) -> Verdict:
    try:
        parse.etcd_url(url)
        async with asyncio.timeout(SECONDS):
            health = await _get(url, "/health", context)
            version = await _get(url, "/version", context)
    except TimeoutError:
        return Verdict(url, False, f"no answer within {SECONDS} s")
    except (OSError, ValueError) as error:
        return Verdict(url, False, _why(error))
    if str(health.get("health")).lower() != "true":
        reason = str(health.get("reason") or "no reason given")
        return Verdict(url, False, f"accepts the certificate, but is unhealthy: {reason[:80]}")
    return Verdict(url, True, f"healthy, etcd {str(version.get('etcdserver', '?'))[:20]}")


async def _get(url: str, path: str, context: ssl.SSLContext) -> dict[str, Any]:
    """Returns the JSON object at a path. TLS 1.3 refuses a client only after the handshake."""
    place = urlsplit(url)
    tls = context if place.scheme == "https" else None
    reader, writer = await asyncio.open_connection(
        place.hostname, place.port or CLIENT_PORT, ssl=tls, limit=MOST
    )
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {place.netloc}\r\n\r\n".encode())
        reply = await reader.read(MOST)
        while more := await reader.read(MOST - len(reply)):
            reply += more
    finally:
        writer.transport.abort()
    if not reply:
        raise ConnectionResetError
    head, _, body = reply.partition(b"\r\n\r\n")
    found = json.loads(body) if body.strip() else None
    if not isinstance(found, dict):
        first = head[:60].decode("latin-1").partition("\r")[0]
        raise ValueError(f"its answer to {path} is not etcd's: {first}")  # noqa: TRY004 - a reply
    return found


def _why(error: Exception) -> str:
    """Returns the cause in plain words instead of OpenSSL's."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is refused here: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or str(error)).lower().replace("_", " ")
        _, alert, cause = reason.partition("alert ")
        return f"it refuses the client certificate ({cause})" if alert else f"TLS: {reason}"
    words = next((text for kind, text in _WORDS if isinstance(error, kind)), "")
    place = f"{error.filename} " if isinstance(error, OSError) and error.filename else ""
    return place + (words or getattr(error, "strerror", "") or str(error))


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (FileNotFoundError, "does not exist"),
    (PermissionError, "cannot be read by you"),
    (ConnectionRefusedError, "nothing listens there (connection refused)"),
    (ConnectionError, "it closes the connection; does it accept this client certificate?"),
    (socket.gaierror, "the name does not resolve"),
    (json.JSONDecodeError, "its answer is not etcd's"),
)

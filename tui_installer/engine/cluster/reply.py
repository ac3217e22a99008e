"""Reads HTTP answers of components within limits: a compromised host may send anything."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import httpx

from tui_installer.remote.clean import clean
from tui_installer.remote.output import STDOUT_LINES, Collected

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST = 16 << 20
"""Bytes of a body; a cluster's list of tokens or bindings has far fewer."""
SECONDS = 30.0
"""For the whole answer: a slow one stays within any limit on the time between two bytes."""


async def ask(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """(HTTP status, text that is safe to show); status 0 and the reason if no answer came."""
    # No compression: a small answer could expand without end.
    plain = {**(headers or {}), "Accept-Encoding": "identity"}
    try:
        async with (
            asyncio.timeout(SECONDS),
            client.stream(method, url, content=content, headers=plain) as reply,
        ):
            body = await _body(reply)
    except TimeoutError:
        return 0, f"no complete answer within {SECONDS:g} s"
    except (httpx.HTTPError, ssl.SSLError, OSError) as error:
        return 0, clean(str(error)) or type(error).__name__
    if body is None:
        return 0, f"an answer larger than {MOST >> 20} MiB or {STDOUT_LINES} lines"
    return reply.status_code, clean(body, limit=len(body) + 1)


async def _body(reply: httpx.Response) -> bytes | None:
    """The body, None if it is too long."""
    collected = Collected(MOST)
    async for part in reply.aiter_raw():
        if not collected.add(part):
            return None
    return collected.value()

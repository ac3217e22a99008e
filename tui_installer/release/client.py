"""Makes the HTTP client: proxies and CAs from the environment, no redirect from https to http."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import httpx

from tui_installer.errors import InstallerError
from tui_installer.model.check.parse_text import public_url
from tui_installer.model.check.parse_text import shown as quoted

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

_TIMEOUT = httpx.Timeout(30, connect=10, pool=None)
_HEADERS = {"User-Agent": "tui-installer", "Accept-Encoding": "identity"}


class Unreachable(InstallerError):
    """The site can't be reached or keeps failing; another source may work."""


class NotThere(InstallerError):
    """The site answers, but does not have the file."""


@contextlib.asynccontextmanager
async def http_client() -> AsyncIterator[httpx.AsyncClient]:
    """A client that follows redirects, except from https to http. Raises InstallerError."""
    context = await asyncio.to_thread(_certificates)
    try:
        client = httpx.AsyncClient(
            verify=context,
            timeout=_TIMEOUT,
            headers=_HEADERS,
            follow_redirects=True,
            event_hooks={"response": [_refuse_downgrade]},
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise InstallerError(
            f"the proxy set in the environment can't be used: {error}",
            hint="set HTTPS_PROXY or ALL_PROXY to http://host:port; NO_PROXY lists exceptions",
        ) from error
    async with client:
        yield client


def parse_url(text: str) -> httpx.URL:
    """Raises InstallerError unless it is an http or https URL with a host."""
    with contextlib.suppress(httpx.InvalidURL):
        url = httpx.URL(text)
        if url.scheme in ("http", "https") and url.host:
            return url
    raise InstallerError(
        f"{quoted(text)} is not a URL to download from",
        hint="use https:// or http:// and a host name",
    )


def is_url(location: str) -> bool:
    return "://" in location


def shown(text: str | httpx.URL) -> str:
    """The URL without user, password and query: for messages, origins and keys."""
    return public_url(str(text))


def _certificates() -> ssl.SSLContext:
    """Trusts httpx's CA list (or SSL_CERT_FILE) and the CAs of this machine."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


async def _refuse_downgrade(response: httpx.Response) -> None:
    if not response.has_redirect_location or response.url.scheme != "https":
        return
    target = response.url.join(response.headers["Location"])
    if target.scheme != "https":
        raise InstallerError(
            f"{shown(response.url)} redirects from https to {target.scheme}",
            details=(shown(target),),
            hint="the redirect is not followed; check the source URL, and whether a proxy answers",
        )

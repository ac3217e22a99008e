"""Makes the HTTP client of one source, with its CA and login, and the environment's proxies."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING

import httpx

from tui_installer.errors import InstallerError
from tui_installer.model.check.parse_text import public_url
from tui_installer.model.check.parse_text import shown as quoted
from tui_installer.release.access import from_netrc
from tui_installer.release.certificates import trust
from tui_installer.release.proxies import Proxies
from tui_installer.release.routes import Routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator

    from tui_installer.release.access import Access, Login

_TIMEOUT = httpx.Timeout(30, connect=10, pool=None)
REDIRECTS = 10
"""Redirects of one request that are followed; real sites need two."""
_HEADERS = {"User-Agent": "tui-installer", "Accept-Encoding": "identity"}


class NotThere(InstallerError):
    """The site answers, but does not have the file."""


@contextlib.asynccontextmanager
async def http_client(
    access: Access, location: str, say: Callable[[str], None]
) -> AsyncIterator[httpx.AsyncClient]:
    """A client for one source, whose login goes to no other site.

    It follows redirects, except from https to http. Raises InstallerError.
    """
    url = parse_url(location)
    proxies = Proxies(os.environ)
    proxies.of(url)  # a variable that is wrong is reported before anything is sent
    context = await asyncio.to_thread(trust, access.ca, f"{access.answer}.ca")
    login = access.login
    if login is None and not url.userinfo:
        login = await asyncio.to_thread(from_netrc, url.host, say)
    if login is not None and url.scheme == "http":
        say(f"{shown(url)} is not https: the login from {login.origin} is sent unencrypted")
    client = httpx.AsyncClient(
        transport=Routes(proxies, context),
        trust_env=False,
        auth=SiteLogin(login) if login else None,
        timeout=_TIMEOUT,
        headers=_HEADERS,
        follow_redirects=True,
        max_redirects=REDIRECTS,
        event_hooks={"response": [_refuse_downgrade]},
    )
    async with client:
        yield client


class SiteLogin(httpx.Auth):
    """Adds a login to a request; httpx drops it from requests that are redirected elsewhere."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yields the request with its Authorization."""
        request.headers["Authorization"] = self._login.header.reveal().decode()
        yield request


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

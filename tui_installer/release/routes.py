"""The HTTP transport of downloads: directly or through the proxy that the environment names."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from tui_installer.release.proxies import Proxies, Proxy

VIA = "tui-installer.proxy"
"""The key of a response's extensions that holds the Proxy it came through."""


class ProxyFailed(httpx.TransportError):
    """The proxy can't be reached, or refuses the connection. proxy: a Proxy."""

    def __init__(self, proxy: Proxy, cause: Exception) -> None:
        super().__init__(str(cause) or type(cause).__name__)
        self.proxy = proxy
        self.reached = isinstance(cause, httpx.ProxyError)


class Routes(httpx.AsyncBaseTransport):
    """Chooses the route of each request, also of redirected ones."""

    def __init__(self, proxies: Proxies, context: ssl.SSLContext) -> None:
        self._proxies = proxies
        self._context = context
        self._open: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response. Raises httpx's errors, and ProxyFailed."""
        proxy = self._proxies.of(request.url)
        if proxy is None:
            return await self._through("").handle_async_request(request)
        try:
            response = await self._through(proxy.url).handle_async_request(request)
        except (httpx.ProxyError, httpx.ConnectError, httpx.ConnectTimeout) as error:
            if tls_error(error) and not proxy.url.startswith("https"):
                raise  # the site's own
            raise ProxyFailed(proxy, error) from error
        response.extensions[VIA] = proxy
        return response

    async def aclose(self) -> None:
        """Closes all connections."""
        for transport in self._open.values():
            await transport.aclose()

    def _through(self, url: str) -> httpx.AsyncHTTPTransport:
        if url not in self._open:
            proxy = None
            if url:
                tls = self._context if url.lower().startswith("https") else None
                proxy = httpx.Proxy(url, ssl_context=tls)
            self._open[url] = httpx.AsyncHTTPTransport(
                verify=self._context, trust_env=False, proxy=proxy
            )
        return self._open[url]


def tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS error behind a failed connection; None if it has another cause."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None

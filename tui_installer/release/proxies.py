"""Chooses the proxy of a URL by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY.

NO_PROXY is read as curl and Go read it; httpx refuses brackets and ignores networks and ports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

import httpx
import idna

from tui_installer.errors import UsageError
from tui_installer.model.check.parse_text import public_url, without_login

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMES = ("http", "https")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_PORT = 65535
_BRACKETED = re.compile(r"\[([^\]]*)\](?:/(\d+))?(?::(\d+))?")
_RESERVED = re.compile(r"[/?#@]")
_AUTHORITY = re.compile(r"(?:\[[^\]]+\]|[^:\[\]]+)(?::(?P<port>.*))?")
FORM = "http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"


@dataclass(frozen=True, slots=True, repr=False)
class Proxy:
    """variable: what names it. url: may hold a login; the text of a Proxy never does."""

    variable: str
    url: str

    def __str__(self) -> str:
        return f"the proxy {public_url(self.url)} ({self.variable})"

    __repr__ = __str__


@dataclass(frozen=True)
class Proxies:
    """environ: the environment, read when a URL is asked for."""

    environ: Mapping[str, str]

    def of(self, url: httpx.URL) -> Proxy | None:
        """The proxy for a URL, None for a direct connection.

        Raises UsageError if its variable names no usable proxy.
        """
        return None if self.bypassed(url) else self._named(url.scheme) or self._named("all")

    def bypassed(self, url: httpx.URL) -> bool:
        """Whether NO_PROXY names the URL's host."""
        host = url.raw_host.decode().strip("[]").rstrip(".").lower().partition("%")[0]
        port = url.port or _DEFAULT_PORTS[url.scheme]
        return any(entry == "*" or _matches(entry, host, port) for entry in self._exceptions)

    @cached_property
    def _exceptions(self) -> list[str]:
        _, value = self._variable("no_proxy")
        return [entry for entry in re.split(r"[\s,]+", value.lower()) if entry]

    def _named(self, scheme: str) -> Proxy | None:
        variable, value = self._variable(f"{scheme}_proxy")
        if not value:
            return None
        url = value if "://" in value else f"http://{value}"
        _check(variable, url)
        return Proxy(variable, url)

    def _variable(self, name: str) -> tuple[str, str]:
        """(the variable, its value) in lower case, upper case or mixed; an empty one is unset."""
        ways = (name, name.upper(), *(key for key in self.environ if key.lower() == name))
        return next(((way, text) for way in ways if (text := self.environ.get(way, "").strip())),
                    (name.upper(), ""))  # fmt: skip


def _check(variable: str, url: str) -> None:
    scheme, _, rest = url.partition("://")
    login, at, _ = rest.rpartition("@")
    if at and _RESERVED.search(login):
        raise _refused(
            variable,
            url,
            "its login has one of / ? # @",
            "write these characters as %2F %3F %23 %40",
        )
    if scheme.lower() not in _SCHEMES:
        raise _refused(variable, url, f"{scheme} is not supported", f"want {FORM}")
    site = re.split(r"[/?#]", rest.rpartition("@")[2], maxsplit=1)[0]
    match = _AUTHORITY.fullmatch(site)
    if match is None:
        raise _refused(variable, url, "it has no host", f"want {FORM}; an IPv6 address in brackets")
    port = match["port"]
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) <= _MAX_PORT):
        raise _refused(variable, url, f"{port} is not a port", "want a port from 1 to 65535")
    try:
        httpx.URL(url)
    except httpx.InvalidURL:  # whose text may quote the login
        raise _refused(variable, url, "it is not a URL", f"want {FORM}") from None


def _refused(variable: str, url: str, why: str, want: str) -> UsageError:
    return UsageError(
        f"the variable {variable} is {without_login(url)}, which names no usable proxy: {why}",
        hint=f"{want}; or unset {variable}; NO_PROXY lists the hosts reached without a proxy",
    )


def _matches(entry: str, host: str, port: int) -> bool:
    """An entry: NAME, .NAME, *.NAME, ADDRESS, NETWORK/BITS, each with or without :PORT."""
    if match := _BRACKETED.fullmatch(entry):
        place, bits, wanted = match[1], match[2], match[3]
        entry = f"{place}/{bits}" if bits else place
    elif entry.count(":") == 1:
        entry, _, wanted = entry.partition(":")
    else:
        wanted = None
    if wanted and wanted != str(port):
        return False
    address = _address(host)
    if address is not None:
        return _holds(entry, address)
    name = _ascii(entry.removeprefix("*").strip("."))
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _holds(entry: str, address: IPv4Address | IPv6Address) -> bool:
    try:
        network = ip_network(entry.partition("%")[0], strict=False)
    except ValueError:
        return False
    if isinstance(network, IPv6Network) and (mapped := network.network_address.ipv4_mapped):
        network = ip_network(f"{mapped}/{max(0, network.prefixlen - 96)}", strict=False)
    return address in network


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _ascii(name: str) -> str:
    try:
        return name if name.isascii() else idna.encode(name, uts46=True).decode()
    except UnicodeError:
        return name

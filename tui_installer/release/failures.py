"""Explains why a site can't be reached: the network, a proxy, or a certificate."""

from __future__ import annotations

import re
import ssl
import time
from typing import TYPE_CHECKING

import httpx

from tui_installer.errors import InstallerError
from tui_installer.model.check.parse_text import public_url
from tui_installer.release.routes import ProxyFailed, tls_error

if TYPE_CHECKING:
    from tui_installer.release.access import Access

_NETWORK = (
    "check the network, HTTPS_PROXY and NO_PROXY, or use another source "
    "(a mirror, a tarball, a folder, or go)"
)
# X509_V_ERR_… of OpenSSL's x509_vfy.h
_NOT_YET, _EXPIRED = 9, 10
_SELF_SIGNED, _UNKNOWN_CA = 18, (19, 20, 21)
_WRONG_NAME = (62, 64)


class Unreachable(InstallerError):
    """The site can't be reached or keeps failing; another source may work."""


def is_final(error: Exception) -> bool:
    """Whether a retry would meet the same failure."""
    refused = isinstance(error, ProxyFailed) and error.reached and str(error).startswith("4")
    return refused or isinstance(tls_error(error), ssl.SSLCertVerificationError)


def gave_up(url: str, error: Exception, access: Access) -> Unreachable:
    """The error that is reported when a download fails for good."""
    place = place_of(url, error)
    shown = public_url(url)
    if isinstance(error, ProxyFailed):
        return _by_proxy(shown, error)
    if (tls := tls_error(error)) is not None:
        return _by_tls(httpx.URL(url).host, shown, tls, access)
    what = "can't be downloaded" if place == shown else "can't be reached"
    return Unreachable(f"{place} {what}: {reason(error)}", details=(shown,), hint=_NETWORK)


def place_of(url: str, error: Exception) -> str:
    """What failed: the proxy, the site if it can't be reached, else the file's URL."""
    if isinstance(error, ProxyFailed):
        return str(error.proxy)
    unreached = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    return httpx.URL(url).netloc.decode() if unreached else public_url(url)


def reason(error: BaseException) -> str:
    """The error's own words, without its number."""
    text = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__
    return re.sub(r"^\[SSL: \w+\] | \(_ssl\.c:\d+\)$", "", text)


def login_wanted(proxy: object) -> str:
    """The hint for a proxy that asks for a login."""
    return (
        f"set {getattr(proxy, 'variable', 'HTTPS_PROXY')} to http://USER:PASSWORD@HOST:PORT, "
        "special characters as %XX"
    )


def _by_proxy(shown: str, error: ProxyFailed) -> Unreachable:
    if not error.reached:
        return Unreachable(
            f"{error.proxy} can't be reached: {reason(error)}",
            details=(shown,),
            hint=f"correct {error.proxy.variable}, or name the host in NO_PROXY "
            "to reach it without a proxy",
        )
    login = str(error).startswith("407")
    return Unreachable(
        f"{error.proxy} refuses the connection: {reason(error)}",
        details=(shown,),
        hint=login_wanted(error.proxy)
        if login
        else "ask who runs the proxy to allow the host, or name it in NO_PROXY",
    )


def _by_tls(host: str, shown: str, error: ssl.SSLError, access: Access) -> Unreachable:
    if not isinstance(error, ssl.SSLCertVerificationError):
        plain = error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST")
        hint = "it may speak http:// on that port; check the source URL" if plain else _NETWORK
        what = "does not speak TLS" if plain else "ended the TLS handshake"
        return Unreachable(f"{host} {what}: {reason(error)}", details=(shown,), hint=hint)
    why, hint = _certificate(error, access)
    return Unreachable(
        f"the certificate of {host} is not accepted: {why}",
        details=(shown, f"OpenSSL: {error.verify_message}"),
        hint=hint,
    )


def _certificate(error: ssl.SSLCertVerificationError, access: Access) -> tuple[str, str]:
    code, own = error.verify_code, f"{access.answer}.ca"
    clock = f"this machine's clock says {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}"
    name = f"name its certificate in {own}: FILE"
    if code == _EXPIRED:
        return "it has expired", f"{clock}; if that is right, the site must renew its certificate"
    if code == _NOT_YET:
        return "it is not valid yet", f"{clock}; correct the clock if that is wrong"
    if code in _WRONG_NAME:
        return (
            "it is for another host name",
            "use a name or address that the certificate has; a proxy may have answered instead",
        )
    if code == _SELF_SIGNED:
        return "it is self-signed", f"if you trust it, {name}"
    if code in _UNKNOWN_CA:
        again = f"check {access.ca}, the file in {own}: this CA is not in it; or " * bool(access.ca)
        hint = f"{again}if your company has a CA for it, or a proxy that inspects TLS, {name}"
        return "its CA is not trusted here", hint
    return error.verify_message, f"the site's certificate needs fixing; {own} names further CAs"

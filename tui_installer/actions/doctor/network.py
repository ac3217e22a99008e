"""How downloads would leave this machine: proxies and trusted CAs. Nothing is sent."""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.actions.doctor.finding import Finding, bad, ok, warn
from tui_installer.model.check.parse_text import public_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
CA_FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PROXY = re.compile(r"(https?|socks5h?)://[^/\s]+")


def findings(environ: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Yields what is found. environ: by default this process's."""
    env = os.environ if environ is None else environ
    yield from _proxies(env)
    yield from _authorities(env)


def _proxies(env: Mapping[str, str]) -> Iterator[Finding]:
    found = {name: _value(env, name) for name in PROXIES if _value(env, name)}
    if not found:
        yield ok("Proxy", "none: downloads go directly")
    for name, url in found.items():
        text = f"{name}={public_url(url).rpartition('@')[2]}"
        if _PROXY.match(url):
            yield ok("Proxy", f"{text}: downloads go through it")
        else:
            yield bad("Proxy", f"{text} is not a proxy's URL", f"set {name}=http://HOST:PORT")
    if found:
        yield ok("No proxy", _value(env, "NO_PROXY") or "NO_PROXY is not set: no exceptions")


def _value(env: Mapping[str, str], name: str) -> str:
    return env.get(name) or env.get(name.lower(), "")


def _authorities(env: Mapping[str, str]) -> Iterator[Finding]:
    names = [name for name in CA_FILES if env.get(name)]
    for name in names:
        yield _file(name, env[name], env.get("SSL_CERT_FILE", ""))
    if folder := env.get("SSL_CERT_DIR"):
        there = all(Path(one).is_dir() for one in folder.split(os.pathsep))
        text = f"SSL_CERT_DIR={folder}"
        if there:
            yield ok("CAs", text)
        else:
            yield bad("CAs", f"{text} is not a folder", "correct or unset SSL_CERT_DIR")
    if not names and not folder:
        yield ok("CAs", f"those of this machine: {ssl.get_default_verify_paths().openssl_cafile}")


def _file(name: str, value: str, used: str) -> Finding:
    text, hint = f"{name}={value}", f"correct or unset {name}"
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cafile=value)
    except ssl.SSLError:
        return bad("CAs", f"{text} holds no PEM certificate", hint)
    except OSError as error:
        return bad("CAs", f"{text} cannot be read: {error.strerror}", hint)
    if value != used:
        return warn("CAs", f"{text}: {_count(context)}", "set SSL_CERT_FILE to it as well")
    return ok("CAs", f"{text}: {_count(context)}")


def _count(context: ssl.SSLContext) -> str:
    count = len(context.get_ca_certs())
    return f"{count} CA{'s' if count != 1 else ''}"

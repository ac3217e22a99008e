"""Whether a client that calls the API server by some name accepts its certificate."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from tui_installer.model.certificates import San, SanKind
from tui_installer.model.check import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]*).*", re.IGNORECASE | re.DOTALL)
_ALIKE = 0.7


@dataclass(frozen=True, slots=True)
class Verdict:
    """asked: the client's name in canonical form. add: the SAN that would make it pass, or ''."""

    passes: bool
    asked: str
    why: str
    add: str = ""


def verdict(text: str, sans: Sequence[San]) -> Verdict:
    """Returns a TLS client's verdict on the certificate. text: the name, address or URL it calls.

    The rules are those of RFC 6125 as Go's clients, and so kubectl and kubelet, apply them
    (crypto/x509 verify.go: VerifyHostname).
    """
    try:
        asked = _called(text)
    except ValueError as error:
        return Verdict(False, "", str(error))
    return _address(asked, sans) if asked.kind is SanKind.IP else _name(asked.value, sans)


def _called(text: str) -> San:
    """Returns the host that the client calls: no scheme, port, path or trailing dot."""
    match = _URL.fullmatch(text.strip())
    place = match[1] if match else text.strip()
    if place.startswith("*"):
        raise ValueError("no client calls a wildcard: try a name it should cover")
    if place.count(":") <= 1:
        host, colon, port = place.partition(":")
        # Only names lose a trailing dot: an address with one is not an address.
        bare = host.removesuffix(".")
        place = (host if bare.replace(".", "").isdigit() else bare) + colon + port
    if mapped := _mapped(place.strip("[]")):
        return San(SanKind.IP, mapped)
    return parse.san(parse.endpoint(place).host)


def _mapped(text: str) -> str:
    """Returns the IPv4 address in ::ffff:192.0.2.1, which clients treat as the same, or ''."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped) if mapped else ""


def _address(asked: San, sans: Sequence[San]) -> Verdict:
    match = next((san for san in sans if san == asked), None)
    if match:
        return Verdict(True, asked.value, f"it is {match}: {match.reason}")
    return Verdict(
        False,
        asked.value,
        "no IP entry has this address; DNS entries do not count for an address",
        asked.value,
    )


def _name(asked: str, sans: Sequence[San]) -> Verdict:
    names = [san for san in sans if san.kind is SanKind.DNS]
    if match := next((san for san in names if san.value == asked), None):
        return Verdict(True, asked, f"it is {match}: {match.reason}")
    first, dot, rest = asked.partition(".")
    if match := next((san for san in names if dot and san.value == f"*.{rest}"), None):
        return Verdict(True, asked, f"{match} covers it: * stands for {first}")
    return Verdict(False, asked, _why_not(asked, [san.value for san in names]), asked)


def _why_not(asked: str, names: Sequence[str]) -> str:
    for name in names:
        base = name.removeprefix("*.")
        if base != name and asked == base:
            return f"{name} covers names below {base}, not {base} itself"
        if base != name and asked.endswith(f".{base}"):
            return f"{name} covers one label only, not {asked.removesuffix(f'.{base}')!r}"
    if asked == "localhost":
        return "only loopback addresses are listed: use 127.0.0.1 or add the name"
    alike = difflib.get_close_matches(asked, names, 1, _ALIKE)
    more = f"closest: DNS:{alike[0]}" if alike else "IP entries do not count for a name"
    return f"no DNS entry has this name; {more}"

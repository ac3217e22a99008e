"""Finds the value that a user meant: what is too much in a text, and what is right without it."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, TypeVar

from tui_installer.model.certificates import San
from tui_installer.model.spec import Endpoint, bracket

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,20})://", re.IGNORECASE)
_PORT = re.compile(r":[0-9]{1,5}")
_PREFIX = re.compile(r"/([0-9]{1,3})")
_MOST = 300


def parsed(parse: Callable[[str], T], text: str, want: str, *, keeps_port: bool = False) -> T:
    """The value that parse returns. Raises ValueError, with the right value if one is near.

    want: such as ``an IP address``. keeps_port: whether ``:6443`` is a part of the value.
    """
    try:
        return parse(text)
    except ValueError:
        right, surplus = without_surplus(text, keeps_port=keeps_port)
        value = _canonical(parse, right) if surplus else ""
        if not value:
            raise
        raise ValueError(f"want {want} without {_listed(surplus)}: {value}") from None


def _canonical(parse: Callable[[str], T], text: str) -> str:
    try:
        value = parse(text)
    except ValueError:
        return ""
    if isinstance(value, Endpoint):
        return f"{bracket(value.host)}:{value.port}"
    return value.value if isinstance(value, San) else str(value)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def without_surplus(text: str, *, keeps_port: bool = False) -> tuple[str, list[str]]:
    """(the host in a text, what was taken away); the text of a login is not repeated."""
    surplus: list[str] = []
    rest = text.strip().strip("\"'`")[:_MOST]
    if rest != text:
        surplus.append("spaces and quotes")
    if match := _SCHEME.match(rest):
        surplus.append(f"{match[1].lower()}://")
        rest = rest[match.end() :]
    if match or not _PREFIX.search(rest):
        rest, slash, _ = rest.partition("/")
        surplus += ["the path"] if slash else []
    login, at, rest = rest.rpartition("@")
    surplus += ["the user" if ":" not in login else "the login"] if at else []
    rest, port = _split_port(rest)
    if port and not keeps_port:
        surplus.append(f"the port {port}")
    if match := _PREFIX.search(rest):
        surplus.append(f"the prefix length {match[0]}")
        rest = rest[: match.start()]
        if _is_network(rest, match[1]):
            return "", []
    host, percent, _ = rest.partition("%")
    surplus += ["the scope id (the part from % on)"] if percent else []
    if host.endswith(".") and not host.endswith(".."):
        host = host[:-1]
        surplus.append("the dot at its end")
    if keeps_port and port:
        host = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    return host, surplus


def _split_port(text: str) -> tuple[str, str]:
    """(host, ``:6443``); a port may stand before a prefix length, too."""
    if text.startswith("[") and "]" in text:
        host, _, rest = text[1:].partition("]")
        return host, rest if _PORT.fullmatch(rest) else ""
    match = re.fullmatch(r"([^:]*)(:[0-9]{1,5})(/[0-9]{1,3})?", text)
    match = match or re.fullmatch(r"([^:]*/[0-9]{1,3})(:[0-9]{1,5})()", text)
    return (match[1] + (match[3] or ""), match[2]) if match else (text, "")


def _is_network(address: str, length: str) -> bool:
    """Whether an address with a prefix length is a whole network: no address is meant by it."""
    try:
        network = ip_network(f"{address}/{length}")
    except ValueError:
        return False
    return network.num_addresses > 1


def network_meant(text: str) -> str:
    """The network that a text means, such as one with a netmask or a port; '' if none is near."""
    rest = text.strip().strip("\"'`")[:_MOST]
    rest = re.sub(r"\s*/\s*", "/", _SCHEME.sub("", rest))
    rest, _ = _split_port(rest)
    address, slash, length = rest.partition("/")
    try:
        if not slash:
            return _usual_network(address)
        return str(ip_network(f"{address}/{length}", strict=False))
    except ValueError:
        return ""


def _usual_network(address: str) -> str:
    """A network with that address; its length is the usual one of its family."""
    length = 16 if ip_address(address).version == 4 else 112  # noqa: PLR2004
    return str(ip_network(f"{address}/{length}", strict=False))


def name_meant(text: str) -> str:
    """A name with - for underscores, and one wildcard for several at its front."""
    name = re.sub(r"^(\*\.){2,}", "*.", text.replace("_", "-"))
    first, dot, rest = name.partition(".")
    if "*" in first and "*" not in rest and first != "*":
        name = f"*{dot}{rest}"
    return "" if name == text or "*" in name[1:] else name.lower()


def version_meant(text: str, usual: str) -> tuple[str, str]:
    """(version, what is wrong) of a text that is no version; ('', '') if none is near.

    usual: a version that exists, such as ``v1.37.2``.
    """
    if re.fullmatch(
        r"(latest|stable|current|newest|master|main|lts)([-/.].*)?", text, re.IGNORECASE
    ):
        return usual, "names no version"
    match = re.fullmatch(
        r"\s*(?:release-|kubernetes-|stable-)?[vV]?([0-9]{1,6})\.([0-9]{1,6})(?:\.([0-9]{1,6}))?"
        r"(?P<rest>\D.{0,80})?",
        text,
    )
    if match is None:
        return "", ""
    major, minor, patch = (part and int(part) for part in match.groups()[:3])
    rest = (match["rest"] or "").strip()
    if patch is None:
        same = usual.startswith(f"v{major}.{minor}.")
        return (usual if same else f"v{major}.{minor}.0"), "has no patch number"
    right = f"v{major}.{minor}.{patch}"
    if rest:
        return right, "has a suffix of a distribution" if rest[0] in "+-_~" else "has more after it"
    return right, "is written otherwise"

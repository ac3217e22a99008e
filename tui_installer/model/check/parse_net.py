"""Parses addresses, names, networks and URLs; ValueError says what is allowed."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network

import idna

from tui_installer.model.certificates import San, SanKind
from tui_installer.model.check.parse_path import file_path
from tui_installer.model.check.parse_text import shown, unprintable
from tui_installer.model.check.right_value import name_meant, network_meant, parsed
from tui_installer.model.spec import APISERVER_PORT, Endpoint, Network, Networks, bracket

_MAX_NAME = 253
_MAX_PORT = 65535
_FAMILIES = 2
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ALIAS = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
# A last label like these is read as an IPv4 address by some resolvers (inet_aton, WHATWG URL).
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_CIDR = re.compile(r"([^/]+)/(0|[1-9][0-9]{0,2})")
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::(.*))?", re.DOTALL)
_URL = re.compile(
    r"(https?)://(\[[^\[\]]*\]|[^\[\]/?#@:]+)(?::([^/?#@]*))?"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"[a-z]+://.*@", re.IGNORECASE | re.DOTALL)


def ip(text: str) -> str:
    """An IPv4 or IPv6 address, in its canonical form."""
    return parsed(_ip, text, "an IP address")


def _ip(text: str) -> str:
    if "%" in text:
        raise ValueError(
            f"want an IP address without a scope id (the part from % on), got {shown(text)}"
        )
    try:
        address = ip_address(text)
    except ValueError:
        raise ValueError(f"want an IP address such as 192.0.2.11, got {shown(text)}") from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        raise ValueError(f"want the IPv4 address itself: {address.ipv4_mapped}")
    return str(address)


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def host_address(text: str) -> str:
    """An address that an API server can advertise.

    Kubernetes refuses the others in Endpoints (ValidateNonSpecialIP, pkg/apis/core/validation).
    """
    try:
        address = ip_address(ip(text))
    except ValueError as error:
        if text and all(map(_ALIAS.fullmatch, text.split("."))) and not _looks_like_ip(text):
            raise ValueError(f"{error}; a name or alias that ssh knows is `sshAddress`") from None
        raise
    kinds = {
        "unspecified": address.is_unspecified,
        "loopback": address.is_loopback,
        "link-local": address.is_link_local,
        "multicast": address.is_multicast,
        "broadcast": str(address) == "255.255.255.255",
    }
    for kind, is_kind in kinds.items():
        if is_kind:
            raise ValueError(f"want an address that other hosts reach, got the {kind} {address}")
    return str(address)


def host_name(text: str) -> str:
    """A host's name: DNS labels, in lower case. No IDNA: `hostname` prints it as it is."""
    return parsed(lambda name: _labels(name, "a host name"), text, "a host name")


def dns_name(text: str) -> str:
    """A DNS name in lower case, with international labels as A-labels."""
    return parsed(_dns_name, text, "a DNS name")


def _dns_name(text: str) -> str:
    return _labels(_ascii(text), "a DNS name")


def _ascii(text: str) -> str:
    """Text with international labels encoded (UTS 46); plain ASCII stays as it is."""
    lower = text.lower() if text.isascii() else text
    if lower.isascii() and "xn--" not in lower:
        return lower
    if len(text) > _MAX_NAME or unprintable(text):
        return text
    try:
        return idna.encode(lower, uts46=True).decode("ascii")
    except UnicodeError as error:
        why = "" if "@" in text else f": {error}"  # which quotes the text
        raise ValueError(f"want a DNS name; {shown(text)} is not valid IDNA{why}") from None


def _labels(text: str, what: str, *, front: str = "") -> str:
    """front: what stands before the text, for the name that would be right."""
    name = text.lower()
    want = f"want {what}: a-z, 0-9, - and dots"
    if bad := unprintable(text):
        raise ValueError(f"{want}; got {bad} in {shown(text)}")
    if len(name) > _MAX_NAME:
        raise ValueError(f"{want}, at most {_MAX_NAME} characters; got {len(name)}")
    labels = name.split(".")
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise ValueError(f"{want}; {_why_not(label)} in {shown(text)}{_instead(front + text)}")
    if _NUMERIC.fullmatch(labels[-1]):
        raise ValueError(f"{want}, the last part not a number; {shown(text)} is none, nor an IP")
    return name


def _instead(text: str) -> str:
    """A valid name that is near, as a part of a sentence."""
    name = name_meant(text)
    labels = name.removeprefix("*.").split(".")
    fits = len(name) <= _MAX_NAME and all(map(_LABEL.fullmatch, labels))
    return f"; {name} would be right" if name and fits and len(labels) > name.count("*") else ""


def _why_not(label: str) -> str:
    """What is wrong with one label."""
    reasons = {
        "an empty part (one dot too many)": not label,
        "a space": " " in label,
        "an underscore": "_" in label,
        "a * (a wildcard must be the whole leftmost part of a SAN)": "*" in label,
        "a part of more than 63 characters": len(label) > 63,  # noqa: PLR2004 - RFC 1035
        "a part that starts or ends with -": label[:1] == "-" or label[-1:] == "-",
    }
    return "got " + next((why for why, true in reasons.items() if true), f"{shown(label)}")


def host_or_ip(text: str) -> str:
    """An IP address or a DNS name, in canonical form."""
    return parsed(_host_or_ip, text, "an IP address or a DNS name")


def _host_or_ip(text: str) -> str:
    return _ip(text) if _looks_like_ip(text) else _dns_name(text)


def ssh_host(text: str) -> str:
    """As `host_or_ip`, or an alias of ssh_config(5): as it is written, underscores allowed."""
    alias = len(text) <= _MAX_NAME and all(map(_ALIAS.fullmatch, text.split(".")))
    if alias and not _looks_like_ip(text):
        return text
    want = "an IP address, a DNS name or an alias of ssh_config (user and port have their own keys)"
    return parsed(_host_or_ip, text, want)


def _looks_like_ip(text: str) -> bool:
    return ":" in text or "%" in text or bool(re.fullmatch(r"[0-9.]+", text))


def port(text: str) -> int:
    """1 to 65535."""
    number = int(text) if _PORT.fullmatch(text) else 0
    if not 0 < number <= _MAX_PORT:
        raise ValueError(f"want a port from 1 to 65535, got {shown(text)}")
    return number


def cidr(text: str) -> Network:
    """A network such as 10.0.0.0/24; the address is the network's own."""
    match = _CIDR.fullmatch(text)
    meant = network_meant(text)
    if match is None or (meant and not _is_ip(match[1])):
        raise ValueError(
            "want a network such as 10.0.0.0/24 (address/prefix length), "
            f"got {shown(text)}{f'; {meant} would be right' if meant else ''}"
        )
    address = _ip(match[1])
    try:
        network = ip_network(f"{address}/{match[2]}", strict=False)
    except ValueError:
        most = ip_address(address).max_prefixlen
        raise ValueError(f"want a prefix length from 0 to {most}, got {shown(text)}") from None
    if str(network.network_address) != address:
        raise ValueError(f"{shown(text)} is an address inside a network; want {network}")
    return network


def networks(text: str) -> Networks:
    """One network, or two of different families with a comma between them."""
    parts = [cidr(part.strip()) for part in text.split(",")]
    if len(parts) > _FAMILIES or len({part.version for part in parts}) < len(parts):
        raise ValueError(
            "want one network, or one IPv4 and one IPv6 network for dual stack, the hosts' family "
            f"first, such as 10.0.0.0/24,fd00:10:96::/112; got {shown(text)}"
        )
    return Networks(*parts)


def san(text: str) -> San:
    """An IP address or a DNS name, with or without openssl's ``IP:`` or ``DNS:`` before it.

    A wildcard is one whole leftmost label. International names become A-labels.
    """
    if bad := unprintable(text):
        raise ValueError(f"want one IP address or DNS name; got {bad} in {shown(text)}")
    return parsed(_san, text, "an IP address or a DNS name")


def _san(text: str) -> San:
    if _CIDR.fullmatch(text):
        raise ValueError(
            "want one IP address or DNS name: a certificate holds no networks, so list each "
            f"address; got {shown(text)}"
        )
    prefix, colon, rest = text.partition(":")
    kind = prefix.upper() if colon else ""
    if kind == "IP" or (kind != "DNS" and _looks_like_ip(text)):
        return San(SanKind.IP, _ip(rest if kind == "IP" else text))
    return San(SanKind.DNS, _san_name(rest if kind == "DNS" else text))


def _san_name(text: str) -> str:
    if not text.startswith("*.") or "*" in text[2:]:
        return _dns_name(text)
    name = f"*.{_labels(_ascii(text[2:]), 'a DNS name', front='*.')}"
    # crypto/x509/v3_utl.c, valid_star: OpenSSL's clients would accept it for no name at all.
    if "." not in name[2:]:
        raise ValueError(
            f"want a wildcard before two parts or more, such as *.example.com; got {shown(text)}, "
            "which OpenSSL's clients refuse"
        )
    if len(name) > _MAX_NAME:
        raise ValueError(f"want a DNS name of at most {_MAX_NAME} characters, got {len(name)}")
    return name


def endpoint(text: str) -> Endpoint:
    """``host``, ``host:port``, ``[v6]:port``, ``v6``; the default port is 6443."""
    return parsed(_endpoint, text, "HOST or HOST:PORT", keeps_port=True)


def _endpoint(text: str) -> Endpoint:
    if "@" in text or "://" in text:
        raise ValueError(f"want HOST or HOST:PORT alone, not a URL; got {shown(text)}")
    host, number = _split_port(text)
    return Endpoint(_host_or_ip(host), APISERVER_PORT if number is None else port(number))


def endpoint_text(value: Endpoint) -> str:
    """``host:port`` as `endpoint` reads it."""
    return f"{bracket(value.host)}:{value.port}"


def _split_port(text: str) -> tuple[str, str | None]:
    """(host, port) of host:port; brackets must hold an IPv6 address."""
    if match := _BRACKETED.fullmatch(text):
        if ":" not in match[1]:
            raise ValueError(f"want an IPv6 address in the brackets, got {shown(text)}")
        return match[1], match[2]
    if text.count(":") == 1:
        host, _, number = text.partition(":")
        return host, number
    return text, None


def url(text: str) -> str:
    """An http or https URL without user, password and fragment; no slash at its end."""
    match = _URL.fullmatch(text)
    if match is None and _LOGIN.match(text):
        raise ValueError(
            "want a URL without user and password: name the login in source.login "
            f"({{file: …}} or {{env: …}}) or in ~/.netrc; got {shown(text)}"
        )
    if match is None:
        raise ValueError(
            "want an https:// or http:// URL without user, password and #, special characters "
            f"as %XX; got {shown(text)}"
        )
    scheme, host, number, path, query = match.groups()
    where = bracket(_url_host(host)) + (f":{port(number)}" if number is not None else "")
    tail = f"{path or ''}{query}" if query else (path or "").rstrip("/")
    return f"{scheme.lower()}://{where}{tail}"


def _url_host(host: str) -> str:
    if not host.startswith("["):
        return host_or_ip(host)
    if ":" not in host:
        raise ValueError(f"want an IPv6 address in the brackets, got {shown(host)}")
    return ip(host[1:-1])


def location(text: str) -> str:
    """An http or https URL, the path of a file or folder on this machine, or nothing."""
    if "://" in text:
        return url(text)
    return file_path(text) if text else ""


def etcd_url(text: str) -> str:
    """``https://host:port`` of an etcd member, nothing after it."""
    canonical = url(text)
    scheme, _, rest = canonical.partition("://")
    if scheme != "https":
        raise ValueError(f"want https: etcd holds every Secret of the cluster; got {shown(text)}")
    _, number = _split_port(rest) if "/" not in rest and "?" not in rest else ("", None)
    if number is None:
        raise ValueError(
            "want https://HOST:PORT and no path, such as https://192.0.2.21:2379; "
            f"got {shown(text)}"
        )
    return canonical

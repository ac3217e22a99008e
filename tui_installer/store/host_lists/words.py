"""The words of lists: titles of columns and keys, roles in names, hosts with user and port."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from tui_installer.model.check import parse
from tui_installer.store.host_lists.found import Role

if TYPE_CHECKING:
    from collections.abc import Callable

_MEANINGS = {
    "name": "name hostname hostnames nodename servername vmname instancename fqdn node server vm "
    "inventoryhostname machine instance names nodes servers vms hostnameoverride",
    "place": "host hosts target",
    "address": "address addresses ip ips ipaddress ipaddresses ipaddr ipv4 ipv4address ipv6 addr "
    "ipv6address hostip accessip primaryip inet ip4 ip6 ipaddressv4 ansibledefaultipv4",
    "private": "privateip privateips privateipaddress privateaddress privateaddresses privateipv4 "
    "internalip internalips internalipaddress internaladdress internalipv4 nodeip networkip lanip "
    "privateiplist privatenet privateipv4address localip",
    "ssh_address": "sshaddress publicip publicips publicipaddress publicaddress publicaddresses "
    "publicipv4 externalip externalips externalipaddress externaladdress externalipv4 ansiblehost "
    "ansiblesshhost sshhost floatingip floatingips natip eip sship mgmtip managementip "
    "publicipv4address managementaddress",
    "user": "user users username sshuser sshusername login ansibleuser ansiblesshuser remoteuser "
    "sshlogin",
    "port": "port sshport ansibleport ansiblesshport",
    "identity": "identityfile identityfiles key keyfile keypath sshkey sshkeypath sshkeyfile "
    "privatekey privatekeyfile privatekeypath sshprivatekey sshprivatekeyfile sshprivatekeypath "
    "ansiblesshprivatekeyfile ansibleprivatekeyfile",
    "fingerprint": "fingerprint hostkey hostkeyfingerprint",
    "jump": "jump proxyjump jumphost bastion bastionhost",
    "role": "role roles group groups noderole noderoles function type kind",
    "networks": "networks network",
}  # fmt: skip
TITLES = {word: what for what, words in _MEANINGS.items() for word in words.split()}
"""Titles of columns and keys as `bare` returns them → the kind of value below it."""

_NO_NAMES = frozenset(
    [
        "name",
        "names",
        "ip",
        "ips",
        "address",
        "addresses",
        "host",
        "hosts",
        "hostname",
        "hostnames",
        "user",
        "users",
        "port",
        "ports",
        "role",
        "roles",
        "status",
        "internal-ip",
        "external-ip",
        "ipv4",
        "ipv6",
        "ssh",
        "fqdn",
        "key",
        "jump",
        "group",
        "groups",
        "localhost",
        "version",
        "age",
    ]
)
_NOTHING = frozenset({"", "-", "--", "<none>", "none", "null", "n/a", "nil", "~", "<unknown>"})
_SECRET = re.compile(r"pass|secret|token|vault", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")
_PRIVATE = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)

_MASTER = frozenset(
    "master masters controlplane controlplanes cp control controller controllers".split()  # noqa: SIM905
)
_WORKER = frozenset("worker workers agent agents minion minions".split())  # noqa: SIM905
_OTHER = frozenset(
    [
        "bastion",
        "bastions",
        "jump",
        "jumphost",
        "jumpbox",
        "lb",
        "lbs",
        "loadbalancer",
        "loadbalancers",
        "balancer",
        "haproxy",
        "vip",
        "nginx",
        "proxy",
        "nat",
        "gateway",
        "dns",
        "nfs",
        "registry",
        "monitoring",
        "storage",
        "db",
        "database",
        "localhost",
    ]
)


def bare(title: str) -> str:
    """A title without case, spaces, dots, dashes and underscores."""
    return re.sub(r"[\s_.\-()*#:]+", "", title).lower()


def meaning(title: str) -> str:
    """The kind of value that a title or key names, or ''."""
    return TITLES.get(bare(title), "")


def is_secret(title: str) -> bool:
    """Whether the values below a title may be secrets."""
    return bool(_SECRET.search(title))


def value_of(text: str) -> str:
    """The text without spaces and quotes; '' for words that mean nothing, such as ``<none>``."""
    plain = text.strip().strip("\"'").strip()
    return "" if plain.lower() in _NOTHING else plain


def role_of(name: str) -> Role:
    """The role that a name contains as a word, such as ``prod-master-1`` or ``k8s_workers``."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = re.findall(r"[a-z]+", spaced.lower())
    for role, known in ((Role.OTHER, _OTHER), (Role.MASTER, _MASTER), (Role.WORKER, _WORKER)):
        if any(word in known for word in words):
            return role
    return Role.ETCD if "etcd" in words else Role.UNKNOWN


def role_in(text: str) -> Role:
    """The role of a cell such as ``control-plane,master`` or ``[controlplane, etcd]``."""
    roles = [role_of(part) for part in re.split(r"[\s,;/+\[\]\"']+", text) if part]
    order = (Role.MASTER, Role.WORKER, Role.ETCD, Role.OTHER)
    return next((role for role in order if role in roles), Role.UNKNOWN)


def is_ip(text: str) -> bool:
    return reads(parse.ip, text)


def is_private(text: str) -> bool:
    """Whether an IP address is from a private network."""
    address = ip_address(text)
    return any(address in network for network in _PRIVATE)


def ips_in(text: str) -> list[str]:
    """The IPv4 addresses within a text, such as ``net=10.0.0.5, 203.0.113.4``."""
    return [ip for ip in _IPV4.findall(text) if is_ip(ip)]


def is_name(text: str) -> bool:
    """Whether a word may be a host's name, and is not the title of a column."""
    return (
        bool(_NAME.fullmatch(text))
        and text.lower() not in _NO_NAMES
        and any(c.isalpha() for c in text)
    )


def without_prefix(text: str) -> tuple[str, str]:
    """(address, ``/24``) of an address with a prefix length. Raises ValueError for a network."""
    address, slash, length = text.partition("/")
    if not slash or not is_ip(address) or not length.isdigit():
        return text, ""
    if reads(parse.cidr, text) and int(length) < ip_address(address).max_prefixlen:
        raise ValueError(f"{text} is a network, not the address of a host")
    return address, f"{slash}{length}"


def is_title(word: str) -> bool:
    """Whether a word is the title of a value, and never a host's name."""
    return word.lower() in _NO_NAMES or bool(meaning(word))


def split_place(text: str) -> tuple[str, str, str]:
    """(user, host, port) of ``ssh://user@host:port/``, ``user@host:port``, ``[v6]:port``."""
    rest = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text, flags=re.IGNORECASE)
    if rest != text:
        rest = rest.partition("/")[0].partition("?")[0]
    user, _, place = rest.rpartition("@")
    host, port = split_port(place)
    return user, host, port


def split_port(text: str) -> tuple[str, str]:
    """(host, port) of ``host:port``; an IPv6 address has a port only after its brackets."""
    if text.startswith("[") and "]" in text:
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, ""


def reads(parser: Callable[[str], object], text: str) -> bool:
    """Whether a parser takes the text."""
    try:
        parser(text)
    except ValueError:
        return False
    return True

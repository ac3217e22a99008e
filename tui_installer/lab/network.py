"""Manages the lab's bridge, its network and the hosts' links."""

from __future__ import annotations

import ipaddress
import json
import shutil
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError, UsageError
from tui_installer.lab import names
from tui_installer.lab.commands import run

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_HOST = 11  # the first host's last octet
LAST_HOST = 250
# Outside Kubernetes' usual service and pod networks (10.0.0.0/24, 10.96.0.0/12, 10.244.0.0/16).
CANDIDATES = tuple(IPv4Network(f"10.{second}.0.0/24") for second in range(77, 96))
_OWNER = "tui-installer-lab:"


def choose_subnet(taken: Iterable[IPv4Network]) -> IPv4Network:
    """The first candidate that overlaps no address or route of this machine."""
    used = list(taken)
    for candidate in CANDIDATES:
        if not any(candidate.overlaps(network) for network in used):
            return candidate
    raise UsageError(
        "No network is free for the lab.",
        details=tuple(f"in use: {network}" for network in used),
        hint=f"Free one of {CANDIDATES[0]} ... {CANDIDATES[-1]}.",
    )


def check_subnet(wanted: str, taken: Iterable[IPv4Network]) -> IPv4Network:
    """The requested network. Raises UsageError if a lab can't use it."""
    try:
        network = IPv4Network(wanted)
    except ValueError as error:
        raise UsageError(
            f"{wanted!r} is not a network: {error}.", hint="Write it as 10.77.0.0/24."
        ) from None
    if network.prefixlen != 24 or not network.is_private:  # noqa: PLR2004
        raise UsageError(
            f"{network} can't be a lab's network.", hint="Use a private /24, such as 10.77.0.0/24."
        )
    for used in taken:
        if network.overlaps(used):
            raise UsageError(f"{network} overlaps {used}, which this machine uses.")
    return network


def taken_networks() -> list[IPv4Network]:
    return networks(
        run("ip", "-4", "-j", "addr"), run("ip", "-4", "-j", "route", "show", "table", "all")
    )


def networks(addresses: str, routes: str) -> list[IPv4Network]:
    """The IPv4 networks in `ip -j addr` and `ip -j route`, except the default route."""
    found = {_network(route.get("dst", "")) for route in json.loads(routes or "[]")}
    for link in json.loads(addresses or "[]"):
        for info in link.get("addr_info", []):
            found.add(_network(f"{info.get('local', '')}/{info.get('prefixlen', 32)}"))
    return sorted(network for network in found if network is not None and network.prefixlen > 0)


def _network(text: str) -> IPv4Network | None:
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return None  # "default", an IPv6 network


def gateway(subnet: str) -> str:
    return str(IPv4Network(subnet)[1])


def ipv6(address: str) -> str:
    """The IPv6 address beside an IPv4 address of a lab: fd00:10:77::11 for 10.77.0.11."""
    first, second, _, last = address.split(".")
    return f"fd00:{first}:{second}::{last}"


def next_address(subnet: str, used: Iterable[str]) -> str:
    """The lowest free address for a host. Raises UsageError if the network is full."""
    network, gone = IPv4Network(subnet), set(used)
    for last in range(FIRST_HOST, LAST_HOST + 1):
        if str(network[last]) not in gone:
            return str(network[last])
    raise UsageError(f"The lab's network {subnet} has no free address.")


def owner(folder: Path) -> str:
    """The alias that marks a lab's bridge."""
    return f"{_OWNER}{names.digest(str(folder))} {folder}"[:200]


def exists(interface: str) -> bool:
    return Path("/sys/class/net", interface).exists()


def alias(interface: str) -> str:
    try:
        return Path("/sys/class/net", interface, "ifalias").read_text().strip()
    except OSError:
        return ""


def ensure_bridge(bridge: str, subnet: str, folder: Path) -> None:
    """Sets up the bridge with the network's first address. Raises UsageError as `check_bridge`."""
    check_bridge(bridge, folder)
    if not exists(bridge):
        run("ip", "link", "add", bridge, "type", "bridge")
        run("ip", "link", "set", bridge, "alias", owner(folder))
    run("ip", "addr", "replace", f"{gateway(subnet)}/24", "dev", bridge)
    if Path("/proc/net/if_inet6").exists():
        run("ip", "addr", "replace", f"{ipv6(gateway(subnet))}/64", "dev", bridge, "nodad")
    run("ip", "link", "set", bridge, "up")


def check_bridge(bridge: str, folder: Path) -> None:
    """Raises UsageError if an interface of that name belongs to something else."""
    if exists(bridge) and not is_ours(bridge, folder):
        raise UsageError(
            f"The interface {bridge} exists and does not belong to this lab.",
            details=(alias(bridge) or "it has no alias of a lab",),
            hint="Give the lab another name, or take the other lab down first.",
        )


def iptables_drop() -> bool:
    """Whether a firewall drops packets between a bridge's ports by default.

    Container engines configure this: br_netfilter, and policy DROP of FORWARD.
    """
    try:
        filtered = Path("/proc/sys/net/bridge/bridge-nf-call-iptables").read_text().strip() == "1"
    except OSError:
        return False
    if not filtered or shutil.which("iptables") is None:
        return False
    return run("iptables", "-S", "FORWARD", check=False).startswith("-P FORWARD DROP")


def is_ours(bridge: str, folder: Path) -> bool:
    return alias(bridge) == owner(folder)


def our_bridges(folder: Path) -> list[str]:
    links = Path("/sys/class/net").iterdir()
    return sorted(link.name for link in links if is_ours(link.name, folder))


def lab_bridges() -> list[str]:
    """The bridges of all labs on this machine."""
    links = Path("/sys/class/net").iterdir()
    return sorted(link.name for link in links if alias(link.name).startswith(_OWNER))


def ports(bridge: str) -> list[str]:
    """The interfaces attached to a bridge."""
    folder = Path("/sys/class/net", bridge, "brif")
    return sorted(port.name for port in folder.iterdir()) if folder.is_dir() else []


def delete(interface: str) -> None:
    """Deletes an interface; accepts that it disappears by itself."""
    try:
        run("ip", "link", "delete", interface)
    except InstallerError:
        if exists(interface):
            raise


def set_link(interface: str, *, up: bool) -> None:
    run("ip", "link", "set", interface, "up" if up else "down")

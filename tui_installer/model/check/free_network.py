"""Proposes a network if the given one overlaps another."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_installer.model.spec import Network

Address = IPv4Address | IPv6Address

_SERVICE = {
    4: ("10.0.0.0/24", "10.96.0.0/16", "172.20.0.0/16", "192.168.240.0/20"),
    6: ("fd00:10:96::/112", "fd00:10:97::/112"),
}
_POD = {
    4: ("10.244.0.0/16", "172.28.0.0/16", "10.200.0.0/16", "192.168.0.0/17"),
    6: ("fd00:10:244::/56", "fd00:10:245::/56"),
}
_NEAR = {4: 16, 6: 48}


def free_network(
    pods: bool, version: int, taken: Sequence[Network], hosts: Iterable[Address]
) -> str:
    """The first common network that overlaps neither taken nor the hosts' networks."""
    around = {ip_network((address, _NEAR[address.version]), strict=False) for address in hosts}
    for text in (_POD if pods else _SERVICE)[version]:
        network = ip_network(text)
        if not any(network.overlaps(other) for other in (*taken, *around)):
            return text
    return "one of your own choice"

"""Checks the sizes of the networks against the limits of the components."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.check.findings import Findings
    from tui_installer.model.spec import Network

_SERVICE_BITS = 20
_SERVICE_LEAST_BITS = 3
_POD_LEAST_BITS = 8
_MOST_NODE_BITS = 16


def check_service_size(network: Network, path: str, found: Findings) -> None:
    """8 to 2**20 addresses (cmd/kube-apiserver/app/options: maxCIDRBits; at least 8 addresses)."""
    widest = network.max_prefixlen - _SERVICE_BITS
    narrowest = network.max_prefixlen - _SERVICE_LEAST_BITS
    if network.prefixlen < widest:
        found.add(path, f"{network} is too large", f"want /{widest} to /{narrowest}")
    elif network.prefixlen > narrowest:
        found.add(path, f"{network} is too small", f"want /{widest} to /{narrowest}")


def check_pod_size(network: Network, flags: Mapping[str, str], path: str, found: Findings) -> None:
    """At least 256 addresses, and room for the nodes' ranges if the user's flags size them.

    Without such a flag, this program chooses a range that fits. A range is inside the network and
    at most 16 bits longer (pkg/controller/nodeipam/ipam/cidrset).
    """
    narrowest = network.max_prefixlen - _POD_LEAST_BITS
    node = _node_prefix(network.version, flags)
    if network.prefixlen > narrowest:
        found.add(path, f"{network} is too small", f"want /{narrowest} or wider")
    elif node and not network.prefixlen <= node <= network.prefixlen + _MOST_NODE_BITS:
        found.add(
            path,
            f"{network} cannot be divided into node ranges of /{node} (node-cidr-mask-size)",
            f"want /{max(node - _MOST_NODE_BITS, 1)} to /{node}",
        )


def _node_prefix(version: int, flags: Mapping[str, str]) -> int:
    """The prefix length of a node's range in the user's flags, or 0."""
    own = flags.get(f"node-cidr-mask-size-ipv{version}") or flags.get("node-cidr-mask-size", "")
    return int(own) if own.isascii() and own.isdigit() and len(own) <= 3 else 0  # noqa: PLR2004

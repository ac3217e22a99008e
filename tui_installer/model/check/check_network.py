"""Checks networks and addresses: sizes, address families, overlaps, the endpoint."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from tui_installer.model.check import parse
from tui_installer.model.check.check_size import check_pod_size, check_service_size
from tui_installer.model.check.findings import readable
from tui_installer.model.check.free_network import free_network
from tui_installer.model.check.right_value import DUAL_STACK, network_meant
from tui_installer.model.spec import APISERVER_PORT, Endpoint, Network

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers
    from tui_installer.model.check.findings import Findings
    from tui_installer.model.check.free_network import Address

_SYSTEM_PORTS = 1024
_TAKEN_PORTS = (2379, 2380, APISERVER_PORT, 10250, 10256, 10257, 10259)
_SERVICE, _POD = "cluster.serviceCIDR", "cluster.podCIDR"
_NETWORK_FLAGS = {"service-cluster-ip-range": _SERVICE, "cluster-cidr": _POD}

Places = dict[str, "Address"]
"""Addresses by the dotted path of their answer."""


def check_network(answers: Answers, found: Findings) -> None:
    """Checks the cluster's networks, node ports and endpoint."""
    hosts = _host_addresses(answers, found)
    networks = {
        _SERVICE: found.value(_SERVICE),
        _POD: found.value(_POD),
    }
    known: dict[str, Network] = {path: network for path, network in networks.items() if network}
    if service := known.get(_SERVICE):
        check_service_size(service, _SERVICE, found)
    if pods := known.get(_POD):
        check_pod_size(pods, answers.kubernetes.extra_args.controller_manager, _POD, found)
    _check_families(hosts, known, found)
    _check_dual_flags(answers, found)
    _check_overlap(known, hosts, found)
    _check_inside(known, {**_endpoint_address(found), **_etcd_addresses(answers)}, found)
    _check_endpoint(answers, hosts, found)
    _check_node_ports(answers.cluster.node_port_range, found)


def _host_addresses(answers: Answers, found: Findings) -> Places:
    paths = [f"hosts.{number}.address" for number in range(len(answers.hosts))]
    texts: dict[str, str | None] = {path: found.value(path) for path in paths}
    return {path: ip_address(text) for path, text in texts.items() if text}


def _endpoint_address(found: Findings) -> Places:
    endpoint = _endpoint(found)
    address = readable(parse.ip, endpoint.host) if endpoint else None
    return {"cluster.endpoint": ip_address(address)} if address else {}


def _endpoint(found: Findings) -> Endpoint | None:
    endpoint: Endpoint | None = found.value("cluster.endpoint")
    return endpoint


def _etcd_addresses(answers: Answers) -> Places:
    if answers.etcd.mode != "external":
        return {}
    found: Places = {}
    for number, text in enumerate(answers.etcd.external.endpoints):
        url = readable(parse.etcd_url, text) or ""
        endpoint = readable(parse.endpoint, url.removeprefix("https://"))
        address = readable(parse.ip, endpoint.host) if endpoint else None
        if address:
            found[f"etcd.external.endpoints.{number}"] = ip_address(address)
    return found


def _check_families(hosts: Places, networks: dict[str, Network], found: Findings) -> None:
    """One address family everywhere: the API server refuses a service network of another."""
    if not hosts:
        return
    first_path, first = next(iter(hosts.items()))
    for path, address in hosts.items():
        if address.version != first.version:
            found.add(
                path,
                f"is IPv{address.version}, but {first_path} is IPv{first.version}",
                f"want one address family for all hosts: {DUAL_STACK}",
            )
    for path, network in networks.items():
        if network.version != first.version:
            free = free_network(path == _POD, first.version, [], hosts.values())
            found.add(
                path,
                f"{network} is IPv{network.version}, but the hosts are IPv{first.version}",
                f"want the same address family, such as {free}: {DUAL_STACK}",
            )


def _check_dual_flags(answers: Answers, found: Findings) -> None:
    """Flags with networks of both families: refused here, in the words of the other answers."""
    args = answers.kubernetes.extra_args
    for key, flags in (
        ("apiserver", args.apiserver),
        ("controllerManager", args.controller_manager),
    ):
        for name, value in flags.items():
            if answer := _NETWORK_FLAGS.get(name):
                one = network_meant(value.split(",")[0]) if "," in value else ""
                if one:
                    found.add(
                        f"kubernetes.extraArgs.{key}.{name}",
                        f"has two networks; {DUAL_STACK}",
                        f"remove it, and set {answer} to one network, such as {one}",
                    )


def _check_overlap(networks: dict[str, Network], hosts: Places, found: Findings) -> None:
    for path, network in networks.items():
        inside = next(((at, ip) for at, ip in hosts.items() if ip in network), None)
        if inside:
            others = [other for at, other in networks.items() if at != path]
            free = free_network(path == _POD, network.version, others, hosts.values())
            found.add(
                path,
                f"{network} contains {inside[0]} {inside[1]}",
                f"want a network without hosts' addresses, such as {free}",
            )
    service, pods = networks.get(_SERVICE), networks.get(_POD)
    if service and pods and service.overlaps(pods):
        free = free_network(True, pods.version, [service], hosts.values())
        found.add(_POD, f"{pods} overlaps serviceCIDR {service}", f"want another, such as {free}")


def _check_inside(networks: dict[str, Network], places: Places, found: Findings) -> None:
    for path, address in places.items():
        for of, network in networks.items():
            if address in network:
                found.add(
                    path, f"{address} is inside {of} {network}", "want an address outside of it"
                )


def _check_endpoint(answers: Answers, hosts: Places, found: Findings) -> None:
    endpoint = _endpoint(found)
    address = readable(parse.ip, endpoint.host) if endpoint else None
    if endpoint is None or address is None:
        return
    if ip_address(address).is_unspecified or ip_address(address).is_multicast:
        found.add("cluster.endpoint", f"clients cannot connect to {address}")
    same = next((path for path, ip in hosts.items() if str(ip) == address), None)
    if same and len(answers.hosts) > 1:
        found.add(
            "cluster.endpoint",
            f"{address} is {same} itself; a virtual IP must not be a host's own address",
            "want an address that moves between the masters, a load balancer's, or a DNS name",
        )
    elif same and endpoint.port != APISERVER_PORT:
        found.add(
            "cluster.endpoint",
            f"nothing would listen on port {endpoint.port} of {same} {address}",
            f"the API server's port is {APISERVER_PORT}",
        )


def _check_node_ports(text: str, found: Findings) -> None:
    path = "cluster.nodePortRange"
    ports: tuple[int, int] | None = found.value(path)
    if ports is None:
        return
    low, high = ports
    if low < _SYSTEM_PORTS:
        found.add(path, f"{text} starts below {_SYSTEM_PORTS}, in the system ports")
    taken = [str(port) for port in _TAKEN_PORTS if low <= port <= high]
    if taken:
        found.add(
            path,
            f"{text} contains ports that the control plane listens on: {', '.join(taken)}",
            "want another range, such as 30000-32767",
        )

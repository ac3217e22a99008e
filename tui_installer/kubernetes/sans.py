"""The SANs of each server's certificate: names and addresses that clients use, and why."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tui_installer.model.certificates import San, SanKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui_installer.model.spec import HostSpec, Networks, Spec


@dataclass(frozen=True, slots=True)
class Called:
    """The input of the API server's SANs; None or '' for values that are not known yet.

    masters: (name, address) of each. further: (name, address) of their other addresses.
    """

    service_cidr: Networks | None
    masters: tuple[tuple[str, str], ...]
    endpoint: str
    domain: str
    further: tuple[tuple[str, str], ...] = ()
    extra: tuple[San, ...] = ()


def server_sans(spec: Spec) -> tuple[San, ...]:
    """The API server's SANs, the same on every master, in the usual order.

    kubeadm's set (cmd/kubeadm/app/util/pkiutil/pki_helpers.go: GetAPIServerAltNames), each
    master's address and name, and the tutorial's fifth service name.
    """
    return sans_of(
        Called(
            spec.service_cidr,
            tuple((host.name, host.address) for host in spec.masters),
            spec.endpoint.host if spec.endpoint else "",
            spec.domain,
            tuple((host.name, one) for host in spec.masters for one in host.addresses),
            spec.extra_sans,
        )
    )


def sans_of(called: Called) -> tuple[San, ...]:
    """As `server_sans`, for the values that are known so far."""
    return _distinct(_server(called))


def _server(called: Called) -> Iterator[San]:
    if called.service_cidr:
        network = called.service_cidr.first
        reason = f"first address of service CIDR {network}: the `kubernetes` Service"
        yield _ip(str(network[1]), reason)
    yield _ip("127.0.0.1", "loopback: checks on the host itself")
    if _has_ipv6(called):
        yield _ip("::1", "IPv6 loopback: checks on the host itself")
    for name, address in called.masters:
        if address:
            yield _ip(address, f"address of {name or 'a master'}")
        if name:
            yield _dns(name, f"name of the master at {address or 'an address not entered yet'}")
    if called.endpoint:
        yield _either(called.endpoint, "endpoint of the API server for clients")
    yield from _service_names(called.domain)
    # After the names: what reads a certificate back takes each for one of the user's own.
    for name, address in called.further:
        yield _ip(address, f"further address of {name}")
    for san in called.extra:
        yield San(san.kind, san.value, san.reason or "asked for in the answers")


def _service_names(domain: str) -> Iterator[San]:
    yield _dns("kubernetes", "the Service's name, for pods in its namespace")
    yield _dns("kubernetes.default", "the Service's name, for pods in other namespaces")
    yield _dns("kubernetes.default.svc", "the Service's name with .svc")
    if not domain:
        return
    yield _dns(
        f"kubernetes.default.svc.{domain.partition('.')[0]}",
        "the Service's name with the first part of the cluster domain",
    )
    yield _dns(f"kubernetes.default.svc.{domain}", "the Service's full name")


def etcd_sans(host: HostSpec) -> tuple[San, ...]:
    """The SANs of a stacked member, for clients and peers.

    kubeadm's set (cmd/kubeadm/app/util/pkiutil/pki_helpers.go: GetEtcdAltNames).
    """
    return _distinct(
        (
            _dns(host.name, "the host's name"),
            _dns("localhost", "checks on the host itself"),
            _ip(host.address, "the host's address, which members and API servers use"),
            _ip("127.0.0.1", "loopback: checks on the host itself"),
            _ip("::1", "IPv6 loopback: checks on the host itself"),
        )
    )


def local_sans(host: HostSpec) -> tuple[San, ...]:
    """The SANs of controller manager and scheduler, which listen on loopback."""
    return _distinct(
        (
            _dns("localhost", "checks on the host itself"),
            _ip("127.0.0.1", "the address it listens on"),
            _dns(host.name, "the host's name"),
            _ip(host.address, "the host's address, in case it listens there"),
        )
    )


def _has_ipv6(called: Called) -> bool:
    every = (*called.masters, *called.further)
    addresses = [ip_address(address) for _, address in every if address]
    return any(which.version == 6 for which in (*(called.service_cidr or ()), *addresses))  # noqa: PLR2004


def _distinct(sans: Iterable[San]) -> tuple[San, ...]:
    """The SANs in order without duplicates; the first of equal ones stays."""
    return tuple(dict.fromkeys(sans))


def _ip(value: str, reason: str) -> San:
    return San(SanKind.IP, value, reason)


def _dns(value: str, reason: str) -> San:
    return San(SanKind.DNS, value, reason)


def _either(value: str, reason: str) -> San:
    try:
        return _ip(str(ip_address(value)), reason)
    except ValueError:
        return _dns(value, reason)

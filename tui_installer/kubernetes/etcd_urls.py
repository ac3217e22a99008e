"""URLs and client files of etcd, stacked on the masters or external."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.spec import EtcdMode, bracket

if TYPE_CHECKING:
    from tui_installer.model.spec import HostSpec, Spec

CLIENT_PORT = 2379
PEER_PORT = 2380
METRICS_PORT = 2381
"""Ports of a stacked member (k8s.io/kubernetes/cmd/kubeadm/app/constants/constants.go)."""

EXTERNAL_CA = "etcd-ca.pem"
EXTERNAL_CERT = "etcd-client.pem"
EXTERNAL_KEY = "etcd-client-key.pem"
"""Names below the ssl folder of an external etcd's files that are sent to the masters."""


def client_url(address: str) -> str:
    """The client URL of a stacked member."""
    return f"https://{bracket(address)}:{CLIENT_PORT}"


def peer_url(address: str) -> str:
    """The peer URL of a stacked member."""
    return f"https://{bracket(address)}:{PEER_PORT}"


def etcd_servers(spec: Spec, host: HostSpec) -> tuple[str, ...]:
    """The etcd URLs for the API server on that host: every member, its own first.

    All members, because the client uses those that answer: a master whose member is down or being
    replaced still serves. The address instead of 127.0.0.1, so that every client checks the same
    name in the certificate.
    """
    if spec.etcd.mode is EtcdMode.EXTERNAL:
        return spec.etcd.endpoints
    others = tuple(h.address for h in spec.masters if h.address != host.address)
    return tuple(client_url(address) for address in (host.address, *others))


def etcd_client_files(spec: Spec) -> tuple[str, str, str]:
    """Paths on a host: CA, client certificate, key. Raises ValueError: external without files."""
    layout = spec.layout
    if spec.etcd.mode is EtcdMode.STACKED:
        client = "apiserver-etcd-client"
        return (
            layout.etcd_ssl("ca.pem"),
            layout.ssl(f"{client}.pem"),
            layout.ssl(f"{client}-key.pem"),
        )
    files = spec.etcd.files
    if files is None:
        raise ValueError("an external etcd needs its CA, certificate and key")
    if files.on_hosts:
        return files.ca, files.cert, files.key
    return layout.ssl(EXTERNAL_CA), layout.ssl(EXTERNAL_CERT), layout.ssl(EXTERNAL_KEY)

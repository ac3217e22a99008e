"""What makes each program ready, as data: ports, health paths, leases; and why it may not be.

Sources: k8s.io/kubernetes/cmd/kubeadm/app/constants/constants.go (ports);
k8s.io/apiserver/pkg/server/healthz; go.etcd.io/etcd/server/v3/etcdserver/api/etcdhttp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tui_installer.kubernetes.causes import likely_cause
from tui_installer.kubernetes.component import Component
from tui_installer.model.spec import APISERVER_PORT

__all__ = [
    "ETCD_METRICS_URL", "HEALTH", "LEASES", "LEASE_NAMESPACE", "PORTS", "Health", "likely_cause",
]  # fmt: skip

ETCD_CLIENT_PORT: Final = 2379
ETCD_PEER_PORT: Final = 2380
ETCD_METRICS_PORT: Final = 2381
CONTROLLER_MANAGER_PORT: Final = 10257
SCHEDULER_PORT: Final = 10259
ETCD_METRICS_URL: Final = f"http://127.0.0.1:{ETCD_METRICS_PORT}"

PORTS: dict[str, tuple[int, ...]] = {
    Component.ETCD: (ETCD_CLIENT_PORT, ETCD_PEER_PORT, ETCD_METRICS_PORT),
    Component.APISERVER: (APISERVER_PORT,),
    Component.CONTROLLER_MANAGER: (CONTROLLER_MANAGER_PORT,),
    Component.SCHEDULER: (SCHEDULER_PORT,),
}
"""TCP ports each program listens on."""


@dataclass(frozen=True, slots=True)
class Health:
    """One health page, asked for on the host's loopback address: 200 and `says` mean well.

    says: what the body contains, '' for any. anonymous: answered without a certificate.
    """

    scheme: str
    port: int
    path: str
    says: str
    anonymous: bool = True

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{self.path}"


HEALTH: dict[Component, tuple[Health, ...]] = {
    Component.ETCD: (Health("http", ETCD_METRICS_PORT, "/health", '"health":"true"'),),
    Component.APISERVER: (
        Health("https", APISERVER_PORT, "/livez", "ok"),
        Health("https", APISERVER_PORT, "/readyz?verbose", "readyz check passed"),
    ),
    Component.CONTROLLER_MANAGER: (Health("https", CONTROLLER_MANAGER_PORT, "/healthz", "ok"),),
    Component.SCHEDULER: (Health("https", SCHEDULER_PORT, "/healthz", "ok"),),
}

LEASE_NAMESPACE: Final = "kube-system"
LEASES: dict[Component, str] = {
    Component.CONTROLLER_MANAGER: "kube-controller-manager",
    Component.SCHEDULER: "kube-scheduler",
}
"""Leader leases in `LEASE_NAMESPACE`; spec.holderIdentity is the leader's host name and an id."""

"""What makes each program ready, as data: ports and leases; and why it may not be.

Source of the ports: k8s.io/kubernetes/cmd/kubeadm/app/constants/constants.go.
"""

from __future__ import annotations

from typing import Final

from tui_installer.kubernetes.causes import likely_cause
from tui_installer.kubernetes.component import Component
from tui_installer.model.spec import APISERVER_PORT

__all__ = ["ETCD_METRICS_URL", "LEASES", "LEASE_NAMESPACE", "PORTS", "likely_cause"]

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


LEASE_NAMESPACE: Final = "kube-system"
LEASES: dict[Component, str] = {
    Component.CONTROLLER_MANAGER: "kube-controller-manager",
    Component.SCHEDULER: "kube-scheduler",
}
"""Leader leases in `LEASE_NAMESPACE`; spec.holderIdentity is the leader's host name and an id."""

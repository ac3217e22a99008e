"""kube-controller-manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.components import controllers
from tui_installer.kubernetes.components.apiserver import APISERVER
from tui_installer.kubernetes.components.certificate import SERVICE_ACCOUNT, key, pair
from tui_installer.kubernetes.components.descriptor import Component, Port
from tui_installer.kubernetes.flag_tables import controller_manager, removed, reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.kubernetes.components.certificate import CertFile
    from tui_installer.kubernetes.components.descriptor import Pair
    from tui_installer.model.spec import HostSpec, Network, Spec

NAME = "kube-controller-manager"
KUBECONFIG = "controller-manager.kubeconfig"
SA_KEY = f"{NAME}-sa.key"
"""Its copy of sa.key: two programs sign with it, but only one user can own a key file."""
_USUAL_NODE_PREFIX = {4: 24, 6: 64}
_MOST_NODE_BITS = 16
_NODES_OF_A_SMALL_NETWORK_BITS = 4


def _defaults(spec: Spec, host: HostSpec) -> Iterator[Pair]:  # noqa: ARG001 - the same on every host
    ssl = spec.layout.ssl
    qps, burst = spec.api_rate.controller_manager_qps, spec.api_rate.controller_manager_burst
    yield from controllers.flags(spec, NAME, KUBECONFIG, qps=qps, burst=burst)
    yield "cluster-name", spec.name
    yield "allocate-node-cidrs", "true"
    yield "cluster-cidr", str(spec.pod_cidr)
    for network in spec.pod_cidr:
        if size := _node_prefix(network):
            # Of two networks each has a flag of its own; the plain one is refused then.
            family = f"-ipv{network.version}" if spec.pod_cidr.dual else ""
            yield f"node-cidr-mask-size{family}", str(size)
    yield "service-cluster-ip-range", str(spec.service_cidr)
    yield "client-ca-file", ssl("client-ca.pem")
    yield "requestheader-client-ca-file", ssl("front-proxy-ca.pem")
    yield "root-ca-file", ssl("ca.pem")
    yield "cluster-signing-cert-file", ssl("signing-ca.pem")
    yield "cluster-signing-key-file", ssl("signing-ca-key.pem")
    yield "service-account-private-key-file", ssl(SA_KEY)
    yield "use-service-account-credentials", "true"
    yield "controllers", "*,bootstrapsigner,tokencleaner"
    yield "terminated-pod-gc-threshold", "1000"


def _node_prefix(pods: Network) -> int:
    """A node's prefix length if the default does not fit the pod network, else 0.

    A node's range must be inside the network and at most 16 bits longer
    (k8s.io/kubernetes/pkg/controller/nodeipam/ipam/cidrset).
    """
    usual = _USUAL_NODE_PREFIX[pods.version]
    longest = pods.prefixlen + _MOST_NODE_BITS
    if pods.prefixlen <= usual <= longest:
        return 0
    if usual > longest:
        return longest
    return min(pods.prefixlen + _NODES_OF_A_SMALL_NETWORK_BITS, pods.max_prefixlen)


def _files(spec: Spec) -> Iterator[CertFile]:
    ssl = spec.layout.ssl
    yield from pair("signing-ca", ssl("signing-ca"), CONTROLLER_MANAGER)
    yield key(SERVICE_ACCOUNT, ssl(SA_KEY), CONTROLLER_MANAGER)


CONTROLLER_MANAGER = Component(
    name=NAME,
    title="the controller manager",
    description="Kubernetes Controller Manager",
    documentation=f"https://kubernetes.io/docs/reference/command-line-tools-reference/{NAME}/",
    kind="exec",
    start=controllers.START,
    open_files=controllers.OPEN_FILES,
    oom=controllers.OOM,
    after=(APISERVER,),
    table=(*controller_manager.CONTROLLER_MANAGER, *removed.CONTROLLER_MANAGER),
    reserved=reserved.CONTROLLER_MANAGER,
    defaults=_defaults,
    added=lambda spec: spec.extra_args.controller_manager,
    answers="kubernetes.extraArgs.controllerManager",
    leaves=controllers.leaves(NAME),
    files=_files,
    shared=("ca.pem", "client-ca.pem", "front-proxy-ca.pem"),
    kubeconfig=KUBECONFIG,
    causes=controllers.CAUSES,
    ports=(Port(10257, "health and metrics", "controller-manager-serving"),),
    health=controllers.HEALTH,
    lease=True,
)

"""The flags each program is started with: kubeadm's current sets, with this program's paths.

Pure: the same spec and host give the same flags in the same order. An extra argument of the
operator replaces the flag of that name in its place; others come last.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from tui_installer.kubernetes import admission, hardening
from tui_installer.kubernetes.cert_files import CONTROLLERS_SA_KEY
from tui_installer.kubernetes.component import Component
from tui_installer.kubernetes.etcd_urls import client_url, etcd_client_files, etcd_servers, peer_url
from tui_installer.kubernetes.flags import canonical
from tui_installer.kubernetes.quoting import options_file
from tui_installer.kubernetes.readiness import ETCD_METRICS_URL
from tui_installer.model.spec import APISERVER_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import HostSpec, Network, Spec

Options = tuple[tuple[str, str], ...]
"""(flag without dashes, value), in the order they are written."""

_NEW_ETCD_NAMES = (3, 6)
_USUAL_NODE_PREFIX = {4: 24, 6: 64}
_MOST_NODE_BITS = 16
_NODES_OF_A_SMALL_NETWORK_BITS = 4


def options(
    component: Component, spec: Spec, host: HostSpec, *, encryption: bool = True
) -> Options:
    """The flags of any of the four programs."""
    if component is Component.APISERVER:
        return apiserver_options(spec, host, encryption=encryption)
    if component is Component.CONTROLLER_MANAGER:
        return controller_manager_options(spec, host)
    if component is Component.SCHEDULER:
        return scheduler_options(spec, host)
    return etcd_options(spec, host)


def options_bytes(
    component: Component, spec: Spec, host: HostSpec, *, encryption: bool = True
) -> bytes:
    """The options file of a program. Raises ValueError for values that systemd cannot pass on."""
    return options_file(component.variable, options(component, spec, host, encryption=encryption))


def apiserver_options(spec: Spec, host: HostSpec, *, encryption: bool = True) -> Options:
    """encryption: whether cfg/encryption.yaml is there and Secrets are encrypted with it."""
    ours = tuple(_apiserver(spec, host, encryption=encryption))
    extra = admission.without_plugins(spec.extra_args.apiserver)
    return _merged(Component.APISERVER, ours, extra)


def controller_manager_options(spec: Spec, host: HostSpec) -> Options:  # noqa: ARG001 - one shape for all
    """The same on every host."""
    ours = tuple(_controller_manager(spec))
    return _merged(Component.CONTROLLER_MANAGER, ours, spec.extra_args.controller_manager)


def scheduler_options(spec: Spec, host: HostSpec) -> Options:  # noqa: ARG001 - one shape for all
    """The same on every host."""
    ours = tuple(_shared(spec, "scheduler", "kube-scheduler"))
    return _merged(Component.SCHEDULER, ours, spec.extra_args.scheduler)


def etcd_options(spec: Spec, host: HostSpec) -> Options:
    """Flags of a member on that host, for a cluster that starts with one on every host."""
    return _merged(Component.ETCD, tuple(_etcd(spec, host)), spec.etcd.extra_args)


def _merged(component: Component, ours: Options, extra: Options) -> Options:
    theirs = {canonical(component, name): value for name, value in extra}
    merged = dict(ours) | theirs  # a name that is in both keeps its place
    return _without_rivals(merged, theirs)


def _without_rivals(merged: dict[str, str], theirs: dict[str, str]) -> Options:
    # The API server takes an authorization file or the modes, not both; etcd takes no suites
    # where TLS 1.3 is the least.
    rivals = {"authorization-mode"} if "authorization-config" in theirs else set()
    if theirs.get("tls-min-version") == "TLS1.3":
        rivals |= {"cipher-suites"} - theirs.keys()
    return tuple((name, value) for name, value in merged.items() if name not in rivals)


def _apiserver(spec: Spec, host: HostSpec, *, encryption: bool) -> Iterator[tuple[str, str]]:
    cfg, ssl = spec.layout.cfg, spec.layout.ssl
    ca, cert, key = etcd_client_files(spec)
    yield "advertise-address", host.address
    yield "bind-address", "::" if ip_address(host.address).version == 6 else "0.0.0.0"  # noqa: S104, PLR2004
    yield "secure-port", str(APISERVER_PORT)
    yield "etcd-servers", ",".join(etcd_servers(spec, host))
    yield "etcd-cafile", ca
    yield "etcd-certfile", cert
    yield "etcd-keyfile", key
    yield "service-cluster-ip-range", str(spec.service_cidr)
    yield "service-node-port-range", "{}-{}".format(*spec.node_port_range)
    yield "allow-privileged", "true"
    yield "authorization-mode", "Node,RBAC"
    yield from hardening.apiserver(spec)
    yield "enable-bootstrap-token-auth", "true"
    if spec.token.has_csv:
        yield "token-auth-file", cfg("token.csv")
    if encryption:
        yield "encryption-provider-config", cfg("encryption.yaml")
    yield "client-ca-file", ssl("client-ca.pem")
    yield "tls-cert-file", ssl("server.pem")
    yield "tls-private-key-file", ssl("server-key.pem")
    yield "tls-min-version", "VersionTLS12"
    yield "tls-cipher-suites", hardening.SUITES
    yield "kubelet-certificate-authority", ssl("client-ca.pem")
    yield "kubelet-client-certificate", ssl("apiserver-kubelet-client.pem")
    yield "kubelet-client-key", ssl("apiserver-kubelet-client-key.pem")
    yield "kubelet-preferred-address-types", "InternalIP,ExternalIP,Hostname"
    yield "proxy-client-cert-file", ssl("front-proxy-client.pem")
    yield "proxy-client-key-file", ssl("front-proxy-client-key.pem")
    yield "requestheader-allowed-names", "front-proxy-client"
    yield "requestheader-client-ca-file", ssl("front-proxy-ca.pem")
    yield "requestheader-extra-headers-prefix", "X-Remote-Extra-"
    yield "requestheader-group-headers", "X-Remote-Group"
    yield "requestheader-username-headers", "X-Remote-User"
    yield "service-account-issuer", f"https://kubernetes.default.svc.{spec.domain}"
    yield "service-account-key-file", ssl("sa.pub")
    yield "service-account-signing-key-file", ssl("sa.key")
    yield "shutdown-watch-termination-grace-period", "5s"
    yield "profiling", "false"


def _shared(spec: Spec, kubeconfig: str, serving: str) -> Iterator[tuple[str, str]]:
    path = spec.layout.cfg(f"{kubeconfig}.kubeconfig")
    yield "kubeconfig", path
    yield "authentication-kubeconfig", path
    yield "authorization-kubeconfig", path
    yield "bind-address", "127.0.0.1"
    yield "leader-elect", "true"
    yield "tls-cert-file", spec.layout.ssl(f"{serving}-serving.pem")
    yield "tls-private-key-file", spec.layout.ssl(f"{serving}-serving-key.pem")
    yield "tls-min-version", "VersionTLS12"
    yield "tls-cipher-suites", hardening.SUITES
    yield "profiling", "false"


def _controller_manager(spec: Spec) -> Iterator[tuple[str, str]]:
    ssl = spec.layout.ssl
    yield from _shared(spec, "controller-manager", "kube-controller-manager")
    yield "cluster-name", spec.name
    yield "allocate-node-cidrs", "true"
    yield "cluster-cidr", str(spec.pod_cidr)
    if size := _node_prefix(spec.pod_cidr):
        yield "node-cidr-mask-size", str(size)
    yield "service-cluster-ip-range", str(spec.service_cidr)
    yield "client-ca-file", ssl("client-ca.pem")
    yield "requestheader-client-ca-file", ssl("front-proxy-ca.pem")
    yield "root-ca-file", ssl("ca.pem")
    yield "cluster-signing-cert-file", ssl("signing-ca.pem")
    yield "cluster-signing-key-file", ssl("signing-ca-key.pem")
    yield "service-account-private-key-file", ssl(CONTROLLERS_SA_KEY)
    yield "use-service-account-credentials", "true"
    yield "controllers", "*,bootstrapsigner,tokencleaner"
    yield "terminated-pod-gc-threshold", "1000"


def _node_prefix(pods: Network) -> int:
    """A node's prefix length where the default does not fit the pod network, else 0.

    A node's part must be inside the network and at most 16 bits longer
    (k8s.io/kubernetes/pkg/controller/nodeipam/ipam/cidrset).
    """
    usual = _USUAL_NODE_PREFIX[pods.version]
    longest = pods.prefixlen + _MOST_NODE_BITS
    if pods.prefixlen <= usual <= longest:
        return 0
    if usual > longest:
        return longest
    return min(pods.prefixlen + _NODES_OF_A_SMALL_NETWORK_BITS, pods.max_prefixlen)


def _etcd(spec: Spec, host: HostSpec) -> Iterator[tuple[str, str]]:
    ssl = spec.layout.etcd_ssl
    yield "name", host.name
    yield "data-dir", spec.etcd.data_dir
    yield "listen-client-urls", f"{client_url(host.address)},{client_url('127.0.0.1')}"
    yield "advertise-client-urls", client_url(host.address)
    yield "listen-peer-urls", peer_url(host.address)
    yield "initial-advertise-peer-urls", peer_url(host.address)
    yield "initial-cluster", ",".join(f"{h.name}={peer_url(h.address)}" for h in spec.masters)
    yield "initial-cluster-token", spec.name
    yield "initial-cluster-state", "new"
    yield "cert-file", ssl("server.pem")
    yield "key-file", ssl("server-key.pem")
    yield "client-cert-auth", "true"
    yield "trusted-ca-file", ssl("ca.pem")
    yield "peer-cert-file", ssl("peer.pem")
    yield "peer-key-file", ssl("peer-key.pem")
    yield "peer-client-cert-auth", "true"
    yield "peer-trusted-ca-file", ssl("ca.pem")
    yield "listen-metrics-urls", ETCD_METRICS_URL
    yield "cipher-suites", hardening.SUITES
    yield from _etcd_by_line(spec)


def _etcd_by_line(spec: Spec) -> Iterator[tuple[str, str]]:
    # The checks are as kubeadm sets them; v3.6 took them out of experimental. Releases of v3.5
    # differ on tls-min-version; TLS 1.2 is their least without it.
    if (spec.etcd.version.major, spec.etcd.version.minor) >= _NEW_ETCD_NAMES:
        yield "tls-min-version", "TLS1.2"
        yield "feature-gates", "InitialCorruptCheck=true"
        yield "watch-progress-notify-interval", "5s"
    else:
        yield "experimental-initial-corrupt-check", "true"
        yield "experimental-watch-progress-notify-interval", "5s"

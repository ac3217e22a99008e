"""Flags that an extra argument may not set, because the installer depends on them.

Each row: the flag, and the reason or what to do instead.
"""

from __future__ import annotations

_PATHS = "this program creates and renews the file; `layout` sets the folder"
_EXITS = "with it the program prints a text and exits"
_PORT = "checks, kubeconfigs and certificates depend on it"
_ETCD_CLIENT = "it follows from `etcd` (stacked, or external with its endpoints and files)"
_ALWAYS_ELECT = "several masters need leader election, and the checks read its leases"

_COMMON = {
    "help": _EXITS,
    "version": _EXITS,
    "tls-cert-file": _PATHS,
    "tls-private-key-file": _PATHS,
    "client-ca-file": _PATHS,
    "requestheader-client-ca-file": _PATHS,
    "bind-address": _PORT,
    "secure-port": _PORT,
    "permit-port-sharing": "with two servers on one port, clients reach either of them",
}
_KUBECONFIG_USERS = _COMMON | {
    "kubeconfig": _PATHS,
    "authentication-kubeconfig": _PATHS,
    "authorization-kubeconfig": _PATHS,
    "master": "the address of the API server is in the kubeconfig that this program writes",
    "leader-elect": _ALWAYS_ELECT,
    "leader-elect-resource-lock": _ALWAYS_ELECT,
    "leader-elect-resource-name": _ALWAYS_ELECT,
    "leader-elect-resource-namespace": _ALWAYS_ELECT,
}
_ADDRESS = "it follows from `hosts`"
_ETCD_PATHS = "this program creates and renews the file; `layout.etcd` sets the folder"
_OTHER_WAY = "etcd would then ignore the members named in `hosts`"

APISERVER = _COMMON | {
    "advertise-address": "each master advertises its `hosts[].address`",
    "etcd-servers": _ETCD_CLIENT,
    "etcd-cafile": _ETCD_CLIENT,
    "etcd-certfile": _ETCD_CLIENT,
    "etcd-keyfile": _ETCD_CLIENT,
    "service-cluster-ip-range": "set `cluster.serviceCIDR`; certificates depend on it",
    "service-node-port-range": "set `cluster.nodePortRange`",
    "service-account-key-file": _PATHS,
    "service-account-signing-key-file": _PATHS,
    "service-account-signing-endpoint": "the API server accepts it only without a signing key",
    "kubelet-client-certificate": _PATHS,
    "kubelet-client-key": _PATHS,
    "proxy-client-cert-file": _PATHS,
    "proxy-client-key-file": _PATHS,
    "requestheader-allowed-names": "it is the common name of this program's proxy certificate",
    "token-auth-file": "set `token.mode` to csv or both",
    "enable-bootstrap-token-auth": "set `token.mode`",
    "admission-control": "it conflicts with enable-admission-plugins; use that flag",
}
CONTROLLER_MANAGER = _KUBECONFIG_USERS | {
    "cluster-name": "set `cluster.name`",
    "cluster-cidr": "set `cluster.podCIDR`",
    "service-cluster-ip-range": "set `cluster.serviceCIDR`",
    "cluster-signing-cert-file": _PATHS,
    "cluster-signing-key-file": _PATHS,
    "root-ca-file": _PATHS,
    "service-account-private-key-file": _PATHS,
}
SCHEDULER = _KUBECONFIG_USERS
ETCD = {
    "help": _EXITS,
    "h": _EXITS,
    "version": _EXITS,
    "config-file": "with a configuration file, etcd ignores every other flag",
    "name": _ADDRESS,
    "data-dir": "set `etcd.dataDir`",
    "listen-client-urls": _ADDRESS,
    "listen-client-http-urls": "it removes health checks from the client port",
    "advertise-client-urls": _ADDRESS,
    "listen-peer-urls": _ADDRESS,
    "initial-advertise-peer-urls": _ADDRESS,
    "initial-cluster": _ADDRESS,
    "initial-cluster-token": "it follows from `cluster.name` and etcd's CA",
    "initial-cluster-state": "it follows from the etcd data on the hosts",
    "listen-metrics-urls": _PORT,
    "discovery": _OTHER_WAY,
    "discovery-endpoints": _OTHER_WAY,
    "discovery-token": _OTHER_WAY,
    "discovery-srv": _OTHER_WAY,
    "force-new-cluster": "it would remove the other members at every start",
    "unsafe-no-fsync": "a power failure would lose or corrupt the cluster's data",
    "auto-tls": _ETCD_PATHS,
    "peer-auto-tls": _ETCD_PATHS,
    "cert-file": _ETCD_PATHS,
    "key-file": _ETCD_PATHS,
    "trusted-ca-file": _ETCD_PATHS,
    "client-cert-auth": "without it, anyone who reaches the port controls the whole cluster",
    "peer-cert-file": _ETCD_PATHS,
    "peer-key-file": _ETCD_PATHS,
    "peer-trusted-ca-file": _ETCD_PATHS,
    "peer-client-cert-auth": "without it, anyone who reaches the port can join as a member",
}

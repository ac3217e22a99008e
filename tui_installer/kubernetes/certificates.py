"""Which certificates a cluster has.

kubeadm is the model (cmd/kubeadm/app/phases/certs/certlist.go), with a key of its own for each
host, serving certificates for controller manager and scheduler, and a signing CA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.cert_files import (
    CLIENT_CAS,
    SERVICE_ACCOUNT,
    CertFile,
    CertFileKind,
    host_files,
)
from tui_installer.kubernetes.objects import ADMIN_GROUP
from tui_installer.kubernetes.sans import etcd_sans, local_sans, server_sans
from tui_installer.model.certificates import CertProfile, Usage
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.certificates import San
    from tui_installer.model.spec import HostSpec, Spec

__all__ = [
    "CLIENT_CAS", "SERVICE_ACCOUNT", "CertFile", "CertFileKind", "host_files", "host_profiles",
    "profiles", "server_sans",
]  # fmt: skip

_CLIENT = frozenset({Usage.CLIENT})
_SERVER = frozenset({Usage.SERVER})
_BOTH = _CLIENT | _SERVER
_MAX_COMMON_NAME = 64
"""RFC 5280 appendix A.1, ub-common-name."""


def profiles(spec: Spec) -> tuple[CertProfile, ...]:
    """Every CA and certificate, a CA before what it signs."""
    per_host = (profile for host in spec.masters for profile in host_profiles(spec, host))
    return (*_authorities(spec), *_operators(spec), *per_host)


def _stacked(spec: Spec) -> bool:
    return spec.etcd.mode is EtcdMode.STACKED


def _authorities(spec: Spec) -> Iterator[CertProfile]:
    yield _ca("ca", "kubernetes")
    yield _ca("front-proxy-ca", "front-proxy-ca")
    yield _ca("signing-ca", "kubernetes-signing-ca")
    if _stacked(spec):
        yield _ca("etcd-ca", "etcd-ca")


def _ca(name: str, common_name: str) -> CertProfile:
    return CertProfile(name, common_name, signer=name, is_ca=True)


def _operators(spec: Spec) -> Iterator[CertProfile]:
    """Certificates that stay on the operator's side, or go to nodes later."""
    yield _client("admin", "kubernetes-admin", organizations=(ADMIN_GROUP,))
    # Bound to cluster-admin in the API server itself: works without any RBAC object.
    yield _client("super-admin", "kubernetes-super-admin", organizations=("system:masters",))
    yield _client("kube-proxy", "system:kube-proxy")
    if _stacked(spec):
        yield _client("etcd-operator", "tui-installer", signer="etcd-ca")


def _client(
    name: str, common_name: str, *, signer: str = "ca", organizations: tuple[str, ...] = ()
) -> CertProfile:
    return CertProfile(name, common_name, signer, organizations, _CLIENT)


def _server(name: str, common_name: str, sans: tuple[San, ...]) -> CertProfile:
    return CertProfile(name, common_name, "ca", usages=_SERVER, sans=sans)


def host_profiles(spec: Spec, host: HostSpec) -> tuple[CertProfile, ...]:
    """The certificates of one master, named ``HOST/…``; no key is shared with another host."""
    return tuple(_of_host(spec, host))


def _of_host(spec: Spec, host: HostSpec) -> Iterator[CertProfile]:
    name, local = host.name, local_sans(host)
    yield _server(f"{name}/server", "kube-apiserver", server_sans(spec))
    yield _client(f"{name}/apiserver-kubelet-client", "kube-apiserver-kubelet-client")
    yield _client(f"{name}/front-proxy-client", "front-proxy-client", signer="front-proxy-ca")
    yield _client(f"{name}/controller-manager", "system:kube-controller-manager")
    yield _server(f"{name}/controller-manager-serving", "kube-controller-manager", local)
    yield _client(f"{name}/scheduler", "system:kube-scheduler")
    yield _server(f"{name}/scheduler-serving", "kube-scheduler", local)
    if _stacked(spec):
        yield from _etcd(host)


def _etcd(host: HostSpec) -> Iterator[CertProfile]:
    sans = etcd_sans(host)
    common_name = _fitting(host.name)
    for role in ("etcd-server", "etcd-peer"):
        yield CertProfile(f"{host.name}/{role}", common_name, "etcd-ca", usages=_BOTH, sans=sans)
    yield _client(
        f"{host.name}/apiserver-etcd-client", "kube-apiserver-etcd-client", signer="etcd-ca"
    )


def _fitting(name: str) -> str:
    """The host's name where it fits; clients check the SANs, which have it in full."""
    return name if len(name) <= _MAX_COMMON_NAME else name.partition(".")[0]

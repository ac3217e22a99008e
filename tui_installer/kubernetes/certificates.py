"""The certificates of a cluster.

As kubeadm (cmd/kubeadm/app/phases/certs/certlist.go), plus separate keys for each host, serving
certificates for controller manager and scheduler, and a signing CA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.components import control_plane
from tui_installer.kubernetes.components.certificate import CLIENT, MAX_COMMON_NAME
from tui_installer.kubernetes.objects import ADMIN_GROUP
from tui_installer.model.certificates import CertProfile
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import HostSpec, Spec

PARENT = "your CA"
"""The signer of the cluster's CAs that the user's CA signs; it is in no session folder."""


def profiles(spec: Spec) -> tuple[CertProfile, ...]:
    """Every CA and certificate, each CA before the certificates that it signs."""
    per_host = (profile for host in spec.masters for profile in host_profiles(spec, host))
    return (*_authorities(spec), *_operators(spec), *per_host)


def _stacked(spec: Spec) -> bool:
    return spec.etcd.mode is EtcdMode.STACKED


def _authorities(spec: Spec) -> Iterator[CertProfile]:
    yield _ca(spec, "ca", "kubernetes")
    yield _ca(spec, "front-proxy-ca", "front-proxy-ca")
    # Never below the user's CA: its key is on the masters, where it could sign for the whole site.
    yield CertProfile("signing-ca", "kubernetes-signing-ca", signer="signing-ca", is_ca=True)
    if _stacked(spec):
        yield _ca(spec, "etcd-ca", "etcd-ca")


def _ca(spec: Spec, name: str, common_name: str) -> CertProfile:
    if spec.certificates.parent is None or spec.certificates.own(name):
        return CertProfile(name, common_name, signer=name, is_ca=True)
    # The user's CA may sign for several clusters, which need different names.
    unique = f"{common_name} of {spec.name}"[:MAX_COMMON_NAME]
    return CertProfile(name, unique, signer=PARENT, is_ca=True)


def _operators(spec: Spec) -> Iterator[CertProfile]:
    """Certificates that stay on the operator machine, or go to nodes later."""
    yield _client("admin", "kubernetes-admin", organizations=(ADMIN_GROUP,))
    # Bound to cluster-admin in the API server itself: works without any RBAC object.
    yield _client("super-admin", "kubernetes-super-admin", organizations=("system:masters",))
    yield _client("kube-proxy", "system:kube-proxy")
    if _stacked(spec):
        yield _client("etcd-operator", "tui-installer", signer="etcd-ca")


def _client(
    name: str, common_name: str, *, signer: str = "ca", organizations: tuple[str, ...] = ()
) -> CertProfile:
    return CertProfile(name, common_name, signer, organizations, CLIENT)


def host_profiles(spec: Spec, host: HostSpec) -> tuple[CertProfile, ...]:
    """The certificates of one master, named ``HOST/…``; hosts never share a key."""
    return tuple(
        leaf.profile(spec, host)
        for component in control_plane(spec)
        for leaf in component.leaves
        if leaf.needed(spec)
    )

"""Which certificates and keys lie where on a master, by the tutorial's names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tui_installer.kubernetes.component import CONTROLLERS, Component
from tui_installer.kubernetes.etcd_urls import EXTERNAL_CA, EXTERNAL_CERT, EXTERNAL_KEY
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import HostSpec, Spec

CLIENT_CAS = ("ca", "signing-ca")
"""The CAs whose clients, and kubelets, an API server trusts: client-ca.pem, in this order."""
SERVICE_ACCOUNT = "sa"
"""Stands for the service accounts' key pair, which has no certificate."""
CONTROLLERS_SA_KEY = "kube-controller-manager-sa.key"
"""The controller manager's copy of sa.key."""


class CertFileKind(StrEnum):
    """What of a profile is in a file."""

    CERT = "cert"
    KEY = "key"
    BUNDLE = "bundle"
    """The certificates of `CertFile.members`, one after the other."""
    PUBLIC_KEY = "public-key"
    LOCAL = "local"
    """A copy of the operator's own file `CertFile.source`."""


@dataclass(frozen=True, slots=True)
class CertFile:
    """One PEM file on a master.

    profile: of cert and key, the name in `profiles`, or `SERVICE_ACCOUNT`; otherwise a label.
    path: on the master. members: of a bundle. source: of a local file, its path on this machine.
    reader: of a secret, the only program that reads it and whose user it belongs to.
    """

    profile: str
    kind: CertFileKind
    path: str
    mode: int = 0o644
    secret: bool = False
    members: tuple[str, ...] = ()
    source: str = ""
    reader: Component | None = None


def host_files(spec: Spec, host: HostSpec) -> tuple[CertFile, ...]:
    """The PEM files of one master. No root CA's key is among them.

    Raises ValueError for an external etcd without files.
    """
    return (*_kubernetes_files(spec, host), *_etcd_files(spec, host))


def _kubernetes_files(spec: Spec, host: HostSpec) -> Iterator[CertFile]:
    ssl, name = spec.layout.ssl, host.name
    yield _cert("ca", ssl("ca.pem"))
    yield CertFile("client-ca", CertFileKind.BUNDLE, ssl("client-ca.pem"), members=CLIENT_CAS)
    yield _cert("front-proxy-ca", ssl("front-proxy-ca.pem"))
    yield from _pair("signing-ca", ssl("signing-ca"), Component.CONTROLLER_MANAGER)
    yield CertFile(SERVICE_ACCOUNT, CertFileKind.PUBLIC_KEY, ssl("sa.pub"))
    yield _key(SERVICE_ACCOUNT, ssl("sa.key"), Component.APISERVER)
    # Two programs sign with it: a copy each, as a key is one user's alone.
    yield _key(SERVICE_ACCOUNT, ssl(CONTROLLERS_SA_KEY), Component.CONTROLLER_MANAGER)
    for leaf in ("server", "apiserver-kubelet-client", "front-proxy-client"):
        yield from _pair(f"{name}/{leaf}", ssl(leaf), Component.APISERVER)
    for component in CONTROLLERS:
        profile = f"{name}/{component.removeprefix('kube-')}"
        yield from _pair(profile, ssl(component), component)
        yield from _pair(f"{profile}-serving", ssl(f"{component}-serving"), component)


def _etcd_files(spec: Spec, host: HostSpec) -> Iterator[CertFile]:
    if spec.etcd.mode is EtcdMode.EXTERNAL:
        yield from _external_files(spec)
        return
    ssl, name = spec.layout.etcd_ssl, host.name
    yield _cert("etcd-ca", ssl("ca.pem"))
    yield from _pair(f"{name}/etcd-server", ssl("server"), Component.ETCD)
    yield from _pair(f"{name}/etcd-peer", ssl("peer"), Component.ETCD)
    client = "apiserver-etcd-client"
    yield from _pair(f"{name}/{client}", spec.layout.ssl(client), Component.APISERVER)


def _external_files(spec: Spec) -> Iterator[CertFile]:
    files, ssl = spec.etcd.files, spec.layout.ssl
    if files is None:
        raise ValueError("an external etcd needs its CA, certificate and key")
    if files.on_hosts:
        return
    local = CertFileKind.LOCAL
    yield CertFile("external-etcd", local, ssl(EXTERNAL_CA), source=files.ca)
    yield CertFile("external-etcd", local, ssl(EXTERNAL_CERT), source=files.cert)
    yield CertFile("external-etcd", local, ssl(EXTERNAL_KEY), 0o600, secret=True, source=files.key,
                   reader=Component.APISERVER)  # fmt: skip


def _cert(profile: str, path: str) -> CertFile:
    return CertFile(profile, CertFileKind.CERT, path)


def _key(profile: str, path: str, reader: Component) -> CertFile:
    return CertFile(profile, CertFileKind.KEY, path, 0o600, secret=True, reader=reader)


def _pair(profile: str, stem: str, reader: Component) -> tuple[CertFile, CertFile]:
    return _cert(profile, f"{stem}.pem"), _key(profile, f"{stem}-key.pem", reader)

"""Reconstructs answers from an installation: the inverse of its SANs and flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.kubernetes.components import ETCD
from tui_installer.kubernetes.components.etcd import AT_FIRST_START
from tui_installer.kubernetes.etcd_urls import EXTERNAL_CA
from tui_installer.kubernetes.options import options
from tui_installer.model.answers.document import Cluster
from tui_installer.model.answers.etcd import Etcd, ExternalEtcd
from tui_installer.model.certificates import SanKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_installer.kubernetes.components import Component
    from tui_installer.model.certificates import San
    from tui_installer.model.spec import HostSpec, Layout, Spec

    Flags = Mapping[str, str]

LOCAL_ETCD = "pki/external-etcd"
"""The folder of the external etcd's client files in a recovered session."""
_LOOPBACKS = ("127.0.0.1", "::1")
_SERVICE = "kubernetes"


@dataclass(frozen=True, slots=True)
class Called:
    """The answers in an API server's SANs. masters: (name, address) of each master, in order."""

    masters: tuple[tuple[str, str], ...]
    endpoint: str
    domain: str
    extra: tuple[str, ...]


def called(sans: Sequence[San]) -> Called:
    """The inverse of `sans.server_sans`. Raises ValueError for SANs in another order."""
    left = [san for san in sans[1:] if san.value not in _LOOPBACKS]
    masters: list[tuple[str, str]] = []
    while len(left) > 1 and left[0].kind is SanKind.IP and left[1].value != _SERVICE:
        address, name = (san.value for san in left[:2])
        masters.append((name, address))
        del left[:2]
    values = [san.value for san in left]
    services = values.index(f"{_SERVICE}.default.svc")  # ValueError: another program's
    endpoint = values[0] if values[0] != _SERVICE else ""
    prefix = f"{_SERVICE}.default.svc."
    named = [v for v in values[services + 1 : services + 3] if v.startswith(prefix)]
    rest = values[services + 1 + len(named) :]
    if not masters or not named:
        raise ValueError("the API server's certificate lacks names that this program always adds")
    return Called(tuple(masters), endpoint, named[-1].removeprefix(prefix), tuple(rest))


def cluster(names: Called, apiserver: Flags, controllers: Flags) -> Cluster:
    """The cluster block. Raises KeyError if a flag that this program always sets is missing."""
    return Cluster(
        name=controllers["cluster-name"],
        domain=names.domain,
        endpoint=names.endpoint,
        service_cidr=apiserver["service-cluster-ip-range"],
        pod_cidr=controllers["cluster-cidr"],
        node_port_range=apiserver["service-node-port-range"],
    )


def stacked(etcd: Flags, version: str) -> Etcd:
    """The etcd block of a stacked etcd. Raises KeyError as `cluster`."""
    return Etcd(version=version, data_dir=etcd["data-dir"])


def external(apiserver: Flags, layout: Layout) -> Etcd:
    """The etcd block of an external etcd; files that this program sent are in the session."""
    urls = apiserver["etcd-servers"].split(",")
    files = [apiserver[f"etcd-{kind}file"] for kind in ("ca", "cert", "key")]
    here = files[0] == layout.ssl(EXTERNAL_CA)
    if here:
        files = [f"{LOCAL_ETCD}/{name}.pem" for name in ("ca", "cert", "key")]
    ca, cert, key = files
    found = ExternalEtcd(
        endpoints=urls, files="here" if here else "hosts", ca=ca, cert=cert, key=key
    )
    return Etcd(mode="external", external=found)


def extra_args(component: Component, spec: Spec, host: HostSpec, found: Flags) -> dict[str, str]:
    """The user's own flags: those that differ from what this program sets.

    Without the flags that etcd reads only at its first start: hosts with data keep theirs.
    """
    ours = dict(options(component, spec, host))
    return {
        name: value
        for name, value in found.items()
        if ours.get(name) != value and not (component is ETCD and name in AT_FIRST_START)
    }

"""The flags that a component is given, and those it must refuse, by its version."""

from __future__ import annotations

from kube_samples import etcd, spec, version

from tui_installer.kubernetes.components import APISERVER, CONTROLLER_MANAGER, ETCD, SCHEDULER
from tui_installer.kubernetes.options import options
from tui_installer.model.spec import TokenMode, TokenSpec

KUBERNETES = (APISERVER, CONTROLLER_MANAGER, SCHEDULER)
RECORDED = [
    *((component, v) for component in KUBERNETES for v in ("v1.36.3", "v1.37.2")),
    *((ETCD, v) for v in ("v3.6.16", "v3.7.3")),
]


def ours(component, of_version):
    both = TokenSpec(TokenMode.BOTH, 0)
    chosen = (
        spec(token=both, etcd=etcd(version=version(of_version)))
        if component is ETCD
        else spec(token=both, version=version(of_version))
    )
    return options(component, chosen, chosen.hosts[0])


def gone(component, of_version):
    parsed = version(of_version)
    return [f.name for f in component.table if f.refused_by(parsed)]

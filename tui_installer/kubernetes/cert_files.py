"""The paths of certificates and keys on a master, with the tutorial's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.components import control_plane
from tui_installer.kubernetes.components.certificate import pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.kubernetes.components import Component
    from tui_installer.kubernetes.components.certificate import CertFile
    from tui_installer.model.spec import HostSpec, Spec


def host_files(spec: Spec, host: HostSpec) -> tuple[CertFile, ...]:
    """The PEM files of one master, without the keys of root CAs.

    Raises ValueError for an external etcd without files.
    """
    return tuple(
        file for component in control_plane(spec) for file in files_of(component, spec, host)
    )


def files_of(component: Component, spec: Spec, host: HostSpec) -> Iterator[CertFile]:
    """The files that come with one program; other programs may read them too."""
    yield from component.files(spec)
    for leaf in component.leaves:
        if leaf.needed(spec):
            stem = component.ssl(spec.layout, leaf.stem)
            yield from pair(f"{host.name}/{leaf.name}", stem, component)

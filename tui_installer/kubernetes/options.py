"""The flags of each program: kubeadm's current sets, with this installer's paths.

Pure: the same spec and host give the same flags in the same order. An extra argument of the
user replaces the flag of that name in its place; others come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.quoting import options_file

if TYPE_CHECKING:
    from tui_installer.kubernetes.components import Component, Options
    from tui_installer.model.spec import HostSpec, Spec


def options(component: Component, spec: Spec, host: HostSpec) -> Options:
    """The flags of a program on a host. Raises ValueError for an external etcd without files."""
    extra = component.joined(component.added(spec))
    theirs = {component.canonical(name): value for name, value in extra}
    merged = dict(component.defaults(spec, host)) | theirs  # a name in both keeps its place
    rivals = component.rivals(theirs)
    return tuple((name, value) for name, value in merged.items() if name not in rivals)


def options_bytes(component: Component, spec: Spec, host: HostSpec) -> bytes:
    """The options file of a program. Raises ValueError for values that systemd cannot pass on."""
    return options_file(component.variable, options(component, spec, host))

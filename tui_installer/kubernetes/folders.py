"""The folders that a program writes to; everything else is read-only for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.options import options

if TYPE_CHECKING:
    from tui_installer.kubernetes.components import Component
    from tui_installer.model.spec import HostSpec, Spec


def written(component: Component, spec: Spec, host: HostSpec) -> tuple[str, ...]:
    """Absolute paths, each once, taken from the program's flags.

    Without the audit log of `security.audit`: systemd creates its folder (LogsDirectory=).
    """
    found = component.folders(spec, dict(options(component, spec, host)))
    return tuple(dict.fromkeys(found))

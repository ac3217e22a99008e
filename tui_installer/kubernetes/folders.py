"""The folders that a program writes to; everything else is read-only for it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tui_installer.kubernetes.component import Component
from tui_installer.kubernetes.options import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import HostSpec, Spec

_FOLDERS = {Component.ETCD: ("data-dir", "wal-dir")}
"""Flags whose value is a folder that the program fills."""
_AUDIT = "audit-log-path"


def written(component: Component, spec: Spec, host: HostSpec) -> tuple[str, ...]:
    """Absolute paths, each once, by the flags that the program is started with.

    Without the audit log of `security.audit`, whose folder systemd makes (LogsDirectory=).
    """
    return tuple(dict.fromkeys(_written(component, spec, host)))


def _written(component: Component, spec: Spec, host: HostSpec) -> Iterator[str]:
    flags = dict(options(component, spec, host))
    for name in _FOLDERS.get(component, ()):
        if flags.get(name, "").startswith("/"):
            yield flags[name].rstrip("/") or "/"
    if component is Component.APISERVER:
        own = dict(spec.extra_args.apiserver).get(_AUDIT, "")
        if own.startswith("/"):  # "-" is the program's own log
            yield str(PurePosixPath(own).parent)

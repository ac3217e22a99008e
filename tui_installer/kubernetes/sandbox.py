"""The systemd sandbox of each program: its own user, and access to no more than it needs.

See systemd.exec(5). Older systemd ignores lines that it does not know, and logs this. Deliberately
not set: PrivateUsers= (hosts that forbid user namespaces could not start the unit) and ProcSubset=
(Go reads /proc/sys/net/core/somaxconn, metrics need /proc/stat).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.accounts import ROOT, account
from tui_installer.kubernetes.folders import written
from tui_installer.kubernetes.quoting import unit_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.kubernetes.components import Component
    from tui_installer.model.spec import HostSpec, Spec

_HOMES = ("/home", "/root", "/run/user")
_FIXED = (
    ("NoNewPrivileges", "yes"),
    ("CapabilityBoundingSet", ""),
    ("AmbientCapabilities", ""),
    ("UMask", "0077"),
    ("LimitCORE", "0"),
    ("PrivateTmp", "yes"),
    ("PrivateDevices", "yes"),
    ("ProtectClock", "yes"),
    ("ProtectControlGroups", "yes"),
    ("ProtectHostname", "yes"),
    ("ProtectKernelLogs", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("ProtectProc", "invisible"),
    ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
    ("RestrictNamespaces", "yes"),
    ("RestrictRealtime", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("LockPersonality", "yes"),
    ("MemoryDenyWriteExecute", "yes"),
    ("RemoveIPC", "yes"),
    ("SystemCallArchitectures", "native"),
    ("SystemCallFilter", "@system-service"),
    ("SystemCallFilter", "~@privileged @resources"),
    ("SystemCallFilter", "@chown"),  # rotated logs keep their owner
    ("SystemCallErrorNumber", "EPERM"),
)


def directives(component: Component, spec: Spec, host: HostSpec) -> Iterator[tuple[str, str]]:
    """(name, value) for the unit's [Service]; none for a program that runs as root."""
    user = account(component, spec)
    if user == ROOT:
        return
    yield "User", user
    yield "Group", user
    yield "ProtectSystem", "strict"
    folders = written(component, spec, host)
    if folders:
        yield "ReadWritePaths", " ".join(map(unit_path, folders))
    yield "ProtectHome", "read-only" if _at_home(component, spec, folders) else "yes"
    yield from _FIXED


def _at_home(component: Component, spec: Spec, folders: tuple[str, ...]) -> bool:
    """Whether ProtectHome=yes would hide a file of the program."""
    paths = (component.binary(spec.layout), spec.layout.kubernetes, *folders)
    return any(path.startswith(f"{home}/") for path in paths for home in _HOMES)

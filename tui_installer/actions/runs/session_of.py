"""Finds the session on this machine that hosts were installed from, by its CA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.hosts.preflight import authorities
from tui_installer.errors import InstallerError
from tui_installer.pki.describe import fingerprint
from tui_installer.store import paths, sessions
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context


def hint(ctx: Context) -> str:
    """Returns what to do about hosts with another CA; '' if no session here has it. Blocking."""
    here = dict(_authorities())
    found = sorted({here[ca] for ca in authorities(ctx).values() if ca in here})
    if not found:
        return ""
    run = " or ".join(f"tui-installer --resume {name}" for name in found)
    return f"the session {', '.join(found)} on this machine has the hosts' CA: {run}"


def _authorities() -> Iterator[tuple[str, str]]:
    """Yields (fingerprint of its CA, name) of every session that has one."""
    for name in sessions.names():
        try:
            cert = SessionFolder(paths.session_folder(name)).read_pki("ca.pem")
            if cert is not None:
                yield fingerprint(cert), name
        except (InstallerError, ValueError):  # reported by `sessions show`
            continue

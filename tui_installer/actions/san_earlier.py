"""The SANs of certificates that an earlier run issued, to tell what a new one would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.model import parse
from tui_installer.model.findings import readable
from tui_installer.store import paths
from tui_installer.store.state_folder import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_installer.model.certificates import San


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the certificate of one master says."""

    host: str
    sans: tuple[San, ...]

    def difference(self, wanted: Sequence[San]) -> tuple[list[San], list[San]]:
        """(what is new, what goes away)."""
        new = [san for san in wanted if san not in self.sans]
        return new, [san for san in self.sans if san not in wanted]


def earlier(cluster: str, hosts: Iterable[str]) -> Earlier | None:
    """The first master's certificate that is in the state folder. Reads files: for a thread."""
    name = readable(parse.cluster_name, cluster)
    folder = StateFolder(paths.cluster_folder(name)) if name else None
    for host in hosts if folder else ():
        try:
            found = folder.read_pki(f"{host}/server.pem") if folder else None
        except InstallerError:
            continue
        if found and (sans := _sans(found)):
            return Earlier(host, sans)
    return None


def _sans(pem: bytes) -> tuple[San, ...]:
    from tui_installer.pki import describe  # noqa: PLC0415 - only where there is a certificate

    try:
        return describe.describe(pem).sans
    except ValueError:
        return ()

"""The SANs of certificates issued by an earlier run, to show what a new one changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_installer.model.certificates import San
    from tui_installer.store.session_folder import SessionFolder


@dataclass(frozen=True, slots=True)
class Earlier:
    """The SANs of one master's certificate."""

    host: str
    sans: tuple[San, ...]

    def difference(self, wanted: Sequence[San]) -> tuple[list[San], list[San]]:
        """Returns (added, removed) SANs."""
        new = [san for san in wanted if san not in self.sans]
        return new, [san for san in self.sans if san not in wanted]


def earlier(session: SessionFolder, hosts: Iterable[str]) -> Earlier | None:
    """Returns the first master's certificate in the session folder. Reads files: use a thread."""
    for host in hosts:
        try:
            found = session.read_pki(f"{host}/server.pem")
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

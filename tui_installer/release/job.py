"""Describes what to fetch, and where progress and log lines go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.model.spec import FetchedBy
from tui_installer.release.access import PLAIN, Access
from tui_installer.release.cache import Key
from tui_installer.release.programs import ETCD

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.spec import Source, Version
    from tui_installer.release.cache import Cache
    from tui_installer.release.programs import Binary
    from tui_installer.release.trust import Trust

Progress = Callable[[str, int, int], None]
"""(label, done, total; total 0 if unknown). Counts bytes, or what `unit_of` names."""
Say = Callable[[str], None]
"""Takes one log line."""
GO_MODULES = "Go modules"
GO_PACKAGES = "Go packages"


def unit_of(label: str) -> str:
    """The unit of a progress label: bytes, modules or packages."""
    return {GO_MODULES: "modules", GO_PACKAGES: "packages"}.get(label, "bytes")


@dataclass(frozen=True, slots=True)
class Job:
    """names: programs of one product. trust: None if no signature is required.

    access: how the source's site is reached.
    """

    source: Source
    version: Version
    arch: str
    names: tuple[str, ...]
    cache: Cache
    progress: Progress
    say: Say
    trust: Trust | None = None
    access: Access = PLAIN

    @property
    def is_etcd(self) -> bool:
        return self.names[0] in ETCD

    @property
    def title(self) -> str:
        """For messages: ``Kubernetes v1.37.2 for amd64``."""
        return f"{'etcd' if self.is_etcd else 'Kubernetes'} {self.version} for {self.arch}"

    @property
    def tarball(self) -> str:
        """The upstream name of the tarball."""
        if self.is_etcd:
            return f"etcd-{self.version}-linux-{self.arch}.tar.gz"
        return f"kubernetes-server-linux-{self.arch}.tar.gz"

    def key(self, name: str, location: str) -> Key:
        """The program's cache key; it differs if a signature is required."""
        kind = self.source.kind.value
        if self.source.fetch is FetchedBy.HOSTS:
            kind += " fetched by hosts"
        if self.trust:
            location = f"{location}#signed:{self.trust.fingerprint}"
        return Key(kind, location, str(self.version), self.arch, name)

    def adopt(self, name: str, location: str, temp: Path, *, sha256: str, origin: str) -> Binary:
        """Moves a verified file into the cache. Blocks; raises InstallerError."""
        return self.cache.adopt(self.key(name, location), temp, sha256=sha256, origin=origin)

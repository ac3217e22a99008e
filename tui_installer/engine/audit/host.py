"""What one host said for an audit: programs that run, their flags and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_installer.engine.audit.flags import Flags
from tui_installer.errors import InstallerError
from tui_installer.store import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.kubernetes.components import Component


@dataclass(frozen=True, slots=True)
class HostFile:
    """kind: dir, key, cert, public, kubeconfig, or text for all else. mode: its lower 12 bits."""

    path: str
    kind: str
    mode: int
    uid: int
    gid: int
    user: str
    group: str

    def __str__(self) -> str:
        return f"{self.path} {self.mode:04o} {self.user}:{self.group}"


@dataclass(frozen=True, slots=True)
class Program:
    """A process. uid, gids: what it runs by. files: by the path as the program knows it.

    sources: (unit, options or manifest; the file) of what starts it. texts: files that say how it
    works, certificates too. words: of its encryption configuration, never a key.
    """

    pid: int
    component: Component
    uid: int = 0
    gids: frozenset[int] = frozenset({0})
    user: str = "root"
    in_pod: bool = False
    flags: Flags = field(default_factory=Flags)
    files: Mapping[str, HostFile] = field(default_factory=dict)
    sources: tuple[tuple[str, HostFile], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def config(self, path: str) -> dict[str, Any] | None:
        """A file that it reads, as data; None where it is not there or not to be understood."""
        return read_yaml(self.texts[path]) if path in self.texts else None


@dataclass(frozen=True, slots=True)
class HostAudit:
    """near: beside the programs' certificates. client_cas: certificates, as PEM, by which any API
    server of the audit knows its clients; of all hosts.
    """

    host: str
    programs: tuple[Program, ...] = ()
    near: tuple[HostFile, ...] = ()
    admin: tuple[HostFile, ...] = ()
    cni: tuple[HostFile, ...] = ()
    client_cas: frozenset[str] = frozenset()

    def of(self, component: Component) -> tuple[Program, ...]:
        """All its processes; usually one."""
        return tuple(one for one in self.programs if one.component is component)

    def users_of(self, path: str) -> tuple[Program, ...]:
        """The programs that are told of a file."""
        return tuple(one for one in self.programs if path in one.files)


def blocks(data: Any, key: str) -> list[dict[str, Any]]:
    """The blocks of a list in what a host sent; what has another form is left out."""
    found = data.get(key) if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def read_yaml(text: str) -> dict[str, Any] | None:
    """JSON or YAML that a host sent; None where it cannot be understood."""
    try:
        return strict_yaml.load(text.encode(), "").data
    except InstallerError:
        return None

"""The audit facts of one host: running programs, their flags and files."""

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
    """kind: dir, key, cert, public, kubeconfig, or text (the rest). mode: its lower 12 bits."""

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
    """A process. uid, gids: its credentials. files: by the path that the program uses.

    sources: (unit, options or manifest; the file) that starts it. texts: its configuration files
    and certificates. words: of its encryption configuration, never a key.
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
        """A configuration file as data; None where it is missing or cannot be parsed."""
        return read_yaml(self.texts[path]) if path in self.texts else None


@dataclass(frozen=True, slots=True)
class HostAudit:
    """near: files beside the programs' certificates. client_cas: the client CAs of every API server
    in the audit, as PEM.
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
        """The programs that use a file."""
        return tuple(one for one in self.programs if path in one.files)


def blocks(data: Any, key: str) -> list[dict[str, Any]]:
    """The mappings in a list that a host sent; other items are left out."""
    found = data.get(key) if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def read_yaml(text: str) -> dict[str, Any] | None:
    """JSON or YAML that a host sent; None where it cannot be parsed."""
    try:
        return strict_yaml.load(text.encode(), "").data
    except InstallerError:
        return None

"""Reads what an installation left on one host, from the host's manifest."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tui_installer.engine.hosts.facts import script
from tui_installer.errors import ConnectionFailed, UsageError
from tui_installer.kubernetes.components import APISERVER, COMPONENTS, ETCD, Component
from tui_installer.kubernetes.unquoting import read_options
from tui_installer.model.secret import Secret
from tui_installer.model.spec import Layout

if TYPE_CHECKING:
    from tui_installer.remote.host import Host


@dataclass(slots=True)
class Left:
    """files: path → content. programs: path → version. units: component → (unit, options) paths."""

    host: str
    hostname: str = ""
    manifest: str = ""
    files: dict[str, Secret] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)
    units: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        unit, options = self.units[APISERVER.name]
        etcd = self.units.get(ETCD.name, ("", ETCD.options_path(Layout("", "/opt/etcd", ""))))[1]
        return Layout(_up(options, 2), _up(etcd, 2), _up(unit, 1))

    def flags(self, component: Component) -> dict[str, str]:
        """The flags of its options file; {} if this program wrote none. Raises ValueError."""
        path = self.units.get(component.name, ("", ""))[1]
        if path not in self.files:
            return {}
        _, words = read_options(self.files[path].reveal().decode())
        return {
            name.removeprefix("--"): value for name, _, value in (w.partition("=") for w in words)
        }

    def version(self, component: Component) -> str:
        """The version of its program, '' if unknown."""
        return self.programs.get(component.binary(self.layout), "")

    def content(self, path: str) -> bytes:
        """b'' if this program put no such file there."""
        return self.files[path].reveal() if path in self.files else b""


def _up(path: str, levels: int) -> str:
    above = PurePosixPath(path).parents
    if not path.startswith("/") or len(above) < levels:
        raise ValueError(f"{path[:60]!r} is not a path that this program writes to")
    return str(above[levels - 1])


async def read(host: Host) -> Left:
    """What is on the host. Raises UsageError if nothing is installed there, ConnectionFailed."""
    done = await host.run(script("recover.sh"), *(c.name for c in COMPONENTS), timeout=60)
    found = Left(host.spec.name)
    try:
        for line in _lines(done.text):
            _take(found, *line.split("\t"))
        _check(found)
    except (ValueError, TypeError, binascii.Error) as error:
        raise ConnectionFailed(
            "what is installed on the host could not be read",
            details=(str(error), *done.stderr.splitlines()[-5:]),
            host=host.spec.name,
        ) from None
    if not found.manifest or APISERVER.name not in found.units:
        raise UsageError(
            f"there is no installation of tui-installer on {host.spec.address}",
            hint="name all masters of the cluster",
            host=host.spec.name,
        )
    return found


def _check(found: Left) -> None:
    """Raises ValueError for paths and options files that this program does not write."""
    if APISERVER.name in found.units:
        found.layout  # noqa: B018 - for what it raises
    for component in COMPONENTS:
        found.flags(component)


def _lines(text: str) -> list[str]:
    lines = text.splitlines()
    if not lines or lines[-1] != "end":
        raise ValueError("the output is truncated")
    return lines[:-1]


def _take(found: Left, kind: str, name: str, first: str = "", second: str = "") -> None:
    match kind:
        case "hostname":
            found.hostname = name
        case "manifest":
            found.manifest = name
        case "unit":
            found.units[name] = (first, second)
        case "program":
            found.programs[name] = first
        case "file":
            found.files[name] = Secret(base64.b64decode(first, validate=True))
        case _:
            raise ValueError(f"unexpected: {kind[:20]}")

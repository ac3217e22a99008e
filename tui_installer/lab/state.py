"""Reads and writes a lab's state, FOLDER/lab.json."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError, UsageError
from tui_installer.lab import keys, names

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1


@dataclass(frozen=True)
class HostState:
    """One host. address: IPv4. key: the public host key as in known_hosts (type, base64)."""

    name: str
    address: str
    key: str

    @property
    def fingerprint(self) -> str:
        """SHA256:<43 base64 characters>."""
        return keys.fingerprint(self.key)


@dataclass(frozen=True)
class LabState:
    """A lab. subnet: CIDR. base: the read-only folder that its hosts share."""

    name: str
    suite: str
    base: str
    bridge: str
    subnet: str
    hosts: tuple[HostState, ...] = field(default=())

    def host(self, name: str) -> HostState:
        for host in self.hosts:
            if host.name == name:
                return host
        known = ", ".join(host.name for host in self.hosts) or "none"
        raise UsageError(f"The lab has no host named {name!r}.", hint=f"Its hosts: {known}.")

    def with_host(self, host: HostState) -> LabState:
        return replace(self, hosts=(*self.hosts, host))

    def machine(self, host: str) -> str:
        return names.machine_name(self.name, host)

    def interface(self, host: str) -> str:
        return names.interface_name(self.machine(host))


@dataclass(frozen=True)
class Paths:
    """The paths of a lab's files."""

    folder: Path

    @property
    def state(self) -> Path:
        return self.folder / "lab.json"

    @property
    def lock(self) -> Path:
        return self.folder / ".lock"

    @property
    def key(self) -> Path:
        return self.folder / "id_ed25519"

    @property
    def public_key(self) -> Path:
        return self.folder / "id_ed25519.pub"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    @property
    def hosts(self) -> Path:
        return self.folder / "hosts"

    def host(self, name: str) -> Path:
        return self.hosts / name

    def root(self, name: str) -> Path:
        return self.hosts / name / "root"


def load(paths: Paths) -> LabState | None:
    """The lab in this folder, or None. Raises InstallerError if its state can't be read."""
    try:
        data = json.loads(paths.state.read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(paths, str(error)) from error
    try:
        if data.pop("schema") != SCHEMA:
            raise _unreadable(paths, "it was written by another version of this program")
        hosts = tuple(HostState(**host) for host in data.pop("hosts"))
        return LabState(**data, hosts=hosts)
    except (AttributeError, KeyError, TypeError) as error:
        raise _unreadable(paths, f"unexpected content: {error}") from error


def _unreadable(paths: Paths, why: str) -> InstallerError:
    return InstallerError(
        "The lab's state can't be read.",
        details=(str(paths.state), why),
        hint="Take the lab down (that works without its state) and create it again.",
    )


def require(paths: Paths) -> LabState:
    state = load(paths)
    if state is None:
        raise UsageError(
            f"There is no lab in {paths.folder}.", hint="Create one: tui-installer lab up."
        )
    return state


def save(paths: Paths, state: LabState) -> None:
    write(paths.state, json.dumps({"schema": SCHEMA, **asdict(state)}, indent=2) + "\n")


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Replaces a file atomically: a reader sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)

"""A lab as a whole: up, status, down, and what a person or a test needs to reach its hosts."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_installer.errors import InstallerError, UsageError
from tui_installer.lab import base, keys, machine, names, network, processes, state
from tui_installer.lab.commands import Say, require_programs, require_root
from tui_installer.lab.lock import locked
from tui_installer.lab.machine import Machine
from tui_installer.lab.state import LabState, Paths

BASE_ROOT = Path("/var/cache/tui-installer-lab")
FOLDER = Path("/var/lib/tui-installer-lab")
BOOT_TIMEOUT = 60.0  # seconds until every host must answer on SSH


@dataclass(frozen=True)
class Lab:
    """A lab that is up. key: the private key that root's authorized_keys has."""

    name: str
    folder: Path
    bridge: str
    subnet: str
    gateway: str
    key: Path
    known_hosts: Path
    machines: tuple[Machine, ...]

    def machine(self, name: str) -> Machine:
        return next(machine for machine in self.machines if machine.name == name)


def up(
    folder: Path,
    *,
    say: Say,
    count: int = 3,
    host_names: Sequence[str] | None = None,
    name: str = "lab",
    suite: str = "bookworm",
    subnet: str = "",
    base_root: Path = BASE_ROOT,
) -> Lab:
    """Makes what is missing and starts what is off, until all hosts answer on SSH.

    count hosts named master01 ...; host_names names them instead, added to those already there.
    subnet: an IPv4 /24, "" = the first that is free. Raises UsageError, InstallerError.
    """
    wanted = _wanted(count, host_names)
    names.check_lab_name(name)
    require_root()
    require_programs()
    began = time.monotonic()
    paths = Paths(folder.resolve())
    _claim(paths.folder)
    with locked(paths.lock):
        lab = _prepare(paths, name=name, suite=suite, subnet=subnet, base_root=base_root, say=say)
        lab = _add_hosts(paths, lab, wanted)
        for host in lab.hosts:
            machine.start(paths, lab, host.name)
        machines = wait(paths, lab, [host.name for host in lab.hosts])
    seconds = time.monotonic() - began
    say(f"lab {lab.name}: {len(machines)} hosts answer on SSH after {seconds:.1f} s")
    return _lab(paths, lab, machines)


def _wanted(count: int, host_names: Sequence[str] | None) -> list[str]:
    wanted = names.default_names(count) if host_names is None else list(host_names)
    if not 1 <= len(wanted) <= 50 or len(set(wanted)) != len(wanted):  # noqa: PLR2004
        raise UsageError("A lab has 1 to 50 hosts, each with a name of its own.")
    return [names.check_host_name(host) for host in wanted]


def _claim(folder: Path) -> None:
    """Makes the folder. A folder with other things in it is refused: `down` deletes ours."""
    folder.mkdir(parents=True, exist_ok=True)
    others = {entry.name for entry in folder.iterdir()} - {".lock", "hosts"}
    if others and not Paths(folder).state.exists():
        raise UsageError(
            f"{folder} is not empty and is not a lab.",
            details=tuple(sorted(others)[:5]),
            hint="Name an empty or a new folder.",
        )
    if any(character in str(folder) for character in ":,\\\n"):  # overlay's option syntax
        raise UsageError(f"{folder!s} can't hold a lab.", hint="No ':', ',' or '\\' in its path.")


def _prepare(
    paths: Paths, *, name: str, suite: str, subnet: str, base_root: Path, say: Say
) -> LabState:
    """The base, the network and the key: everything but hosts."""
    with locked(base_root / ".lock"):  # labs share the base and this machine's networks
        lab = state.load(paths)
        if lab is None:
            tree = base.ensure(base_root, suite, say)
            lab = _new(name, suite, subnet, tree)
            state.save(paths, lab)
        elif lab.name != name or lab.suite != suite:
            raise UsageError(
                f"{paths.folder} has the lab {lab.name!r} ({lab.suite}), not {name!r} ({suite}).",
                hint="Take it down first, or name another folder.",
            )
        elif not Path(lab.base).is_dir():
            raise InstallerError(
                "The base that this lab's hosts stand on is gone.",
                details=(lab.base,),
                hint="Take the lab down and make a new one.",
            )
        network.ensure_bridge(lab.bridge, lab.subnet, paths.folder)
    keys.generate(paths.key, f"lab-{lab.name}")
    return lab


def _new(name: str, suite: str, subnet: str, tree: Path) -> LabState:
    taken = network.taken_networks()
    free = network.check_subnet(subnet, taken) if subnet else network.choose_subnet(taken)
    bridge = names.bridge_name(name)
    return LabState(name=name, suite=suite, base=str(tree), bridge=bridge, subnet=str(free))


def _add_hosts(paths: Paths, lab: LabState, wanted: list[str]) -> LabState:
    for name in wanted:
        if name not in {host.name for host in lab.hosts}:
            address = network.next_address(lab.subnet, (host.address for host in lab.hosts))
            processes.end(paths.host(name))
            lab = lab.with_host(machine.create(paths, lab, name, address))
            state.save(paths, lab)
    lines = (f"{host.address} {host.key}\n" for host in lab.hosts)
    state.write(paths.known_hosts, "".join(lines))
    return lab


def wait(
    paths: Paths, lab: LabState, hosts: Sequence[str], seconds: float = BOOT_TIMEOUT
) -> tuple[Machine, ...]:
    """Until these hosts answer on SSH. Raises InstallerError with the console of one that won't."""
    deadline = time.monotonic() + seconds
    while True:
        machines = tuple(machine.look(paths, lab, lab.host(name)) for name in hosts)
        late = [host.name for host in machines if not host.ssh_ready]
        if not late:
            return machines
        if time.monotonic() > deadline:
            raise InstallerError(
                f"The lab's host {late[0]} does not answer on SSH after {seconds:.0f} s.",
                details=machine.console_tail(paths, late[0]),
                hint="Its console is in " + str(paths.host(late[0]) / "console.log"),
                host=late[0],
            )
        time.sleep(0.05)


def _lab(paths: Paths, lab: LabState, machines: tuple[Machine, ...]) -> Lab:
    return Lab(
        name=lab.name,
        folder=paths.folder,
        bridge=lab.bridge,
        subnet=lab.subnet,
        gateway=network.gateway(lab.subnet),
        key=paths.key,
        known_hosts=paths.known_hosts,
        machines=machines,
    )


def status(folder: Path) -> list[Machine]:
    """The hosts as they are now; [] where no lab is."""
    paths = Paths(folder.resolve())
    lab = state.load(paths)
    return [machine.look(paths, lab, host) for host in lab.hosts] if lab else []


def find(folder: Path) -> Lab:
    """The lab in this folder. Raises UsageError if there is none."""
    paths = Paths(folder.resolve())
    return _lab(paths, state.require(paths), tuple(status(folder)))


def ssh_argv(folder: Path, name: str, *command: str) -> list[str]:
    """The command line of ssh into a host, as root.

    One command is given to the host's shell as it stands; several are words, quoted for it.
    """
    paths = Paths(folder.resolve())
    host = state.require(paths).host(name)
    options = ("BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes", "LogLevel=ERROR")
    argv = ["ssh", "-F", "none", "-i", str(paths.key)]
    for option in (*options, f"UserKnownHostsFile={shlex.quote(str(paths.known_hosts))}"):
        argv += ["-o", option]
    argv.append(f"root@{host.address}")
    return argv + (list(command) if len(command) <= 1 else [shlex.join(command)])


def answers(folder: Path, host_names: Sequence[str] | None = None) -> dict[str, Any]:
    """Answers (tui-installer/v1) for these hosts, all of them by default, as plain data."""
    paths = Paths(folder.resolve())
    lab = state.require(paths)
    chosen = [lab.host(name) for name in host_names] if host_names is not None else lab.hosts
    return {
        "apiVersion": "tui-installer/v1",
        "cluster": {"name": lab.name},
        "ssh": {"user": "root", "identityFiles": [str(paths.key)], "agent": False},
        "hosts": [
            {"address": host.address, "name": host.name, "fingerprint": host.fingerprint}
            for host in chosen
        ],
    }

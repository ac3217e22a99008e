"""Starts, lists and stops a lab, and gives access to its hosts."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError, UsageError
from tui_installer.lab import base, keys, limits, machine, names, network, processes, state
from tui_installer.lab.access import answers, ssh_argv
from tui_installer.lab.commands import Say, require_programs, require_root
from tui_installer.lab.folders import BASE_ROOT, DEFAULT_BASE
from tui_installer.lab.lock import locked
from tui_installer.lab.machine import Machine
from tui_installer.lab.state import LabState, Paths
from tui_installer.lab.takedown import delete_bases, down

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "Lab",
    "Machine",
    "answers",
    "delete_bases",
    "down",
    "find",
    "ssh_argv",
    "status",
    "up",
]

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
    suite: str = DEFAULT_BASE,
    subnet: str = "",
    base_root: Path = BASE_ROOT,
) -> Lab:
    """Creates missing hosts and starts stopped ones; waits until all answer on SSH.

    count hosts named master01 ...; host_names replaces these names and adds to existing hosts.
    subnet: an IPv4 /24, "" = the first free one. Raises UsageError, InstallerError.
    """
    wanted = _wanted(count, host_names)
    names.check_lab_name(name)
    require_root()
    require_programs()
    paths = Paths(folder.resolve())
    with _plain_umask():
        _claim(paths.folder)
        with locked(paths.lock, lambda: say(f"waiting: another process works on {paths.folder}")):
            lab = _prepare(
                paths, name=name, suite=suite, subnet=subnet, base_root=base_root, say=say
            )
            return _run(paths, _add_hosts(paths, lab, wanted), say)


@contextmanager
def _plain_umask() -> Iterator[None]:
    """Gives hosts' files the usual modes, whatever the caller's umask is."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def _run(paths: Paths, lab: LabState, say: Say) -> Lab:
    began = time.monotonic()
    hosts = [host.name for host in lab.hosts]
    say(f"lab {lab.name}: {len(hosts)} hosts on {lab.bridge}, {lab.subnet}")
    if network.iptables_drop():
        say(
            f"lab {lab.name}: this machine's firewall blocks traffic between hosts; "
            f"allow it: iptables -I FORWARD -i {lab.bridge} -o {lab.bridge} -j ACCEPT"
        )
    for host in hosts:
        machine.start(paths, lab, host)
    machines = wait(paths, lab, hosts)
    say(f"lab {lab.name}: all answer on SSH after {time.monotonic() - began:.1f} s")
    return _lab(paths, lab, machines)


def _wanted(count: int, host_names: Sequence[str] | None) -> list[str]:
    wanted = names.default_names(count) if host_names is None else list(host_names)
    if not 1 <= len(wanted) <= 50 or len(set(wanted)) != len(wanted):  # noqa: PLR2004
        raise UsageError("A lab has 1 to 50 hosts with different names.")
    return [names.check_host_name(host) for host in wanted]


def _claim(folder: Path) -> None:
    """Creates the folder. Refuses a folder with other files, because `down` deletes it."""
    folder.mkdir(parents=True, exist_ok=True)
    others = {entry.name for entry in folder.iterdir()} - {".lock"}
    if others and not Paths(folder).state.exists():
        raise UsageError(
            f"{folder} is not empty and is not a lab.",
            details=tuple(sorted(others)[:5]),
            hint="Use an empty or a new folder.",
        )
    if any(character in str(folder) for character in ':,\\"\n'):  # overlay's option syntax
        raise UsageError(
            f"{folder} can't hold a lab.",
            hint="No ':', ',', '\\' or '\"' in its path.",
        )


def _prepare(
    paths: Paths, *, name: str, suite: str, subnet: str, base_root: Path, say: Say
) -> LabState:
    """Prepares the base, the network and the key: everything but hosts."""
    shared = base_root / ".lock"  # labs share the base and this machine's networks
    with locked(shared, lambda: say("waiting: another lab is being set up")):
        lab = state.load(paths)
        if lab is None:
            lab = _new(name, suite, subnet, base.ensure(base_root, suite, say))
            network.check_bridge(lab.bridge, paths.folder)
            state.save(paths, lab)
        _check_same(paths, lab, name, suite)
        network.ensure_bridge(lab.bridge, lab.subnet, paths.folder)
        limits.raise_if_low(say)
    keys.generate(paths.key, f"lab-{lab.name}")
    return lab


def _check_same(paths: Paths, lab: LabState, name: str, suite: str) -> None:
    if (lab.name, lab.suite) != (name, suite):
        raise UsageError(
            f"{paths.folder} already has the lab {lab.name!r} ({lab.suite}).",
            hint="Take it down first, or use another folder.",
        )
    if not Path(lab.base).is_dir():
        raise InstallerError(
            "The base of this lab's hosts is missing.",
            details=(lab.base,),
            hint="Take the lab down and create it again.",
        )


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
    """Waits until these hosts answer on SSH. Raises InstallerError with a failed host's console."""
    deadline = time.monotonic() + seconds
    while True:
        machines = tuple(machine.look(paths, lab, lab.host(name)) for name in hosts)
        late = [host.name for host in machines if not host.ssh_ready]
        if not late:
            return machines
        for name in late:
            if not processes.of_host(paths.host(name)).all:
                raise _not_up(paths, name, "stopped while booting")
        if time.monotonic() > deadline:
            raise _not_up(paths, late[0], f"does not answer on SSH after {seconds:.0f} s")
        time.sleep(0.05)


def _not_up(paths: Paths, name: str, what: str) -> InstallerError:
    return InstallerError(
        f"The lab's host {name} {what}.",
        details=machine.console_tail(paths, name),
        hint=f"Its console is in {paths.host(name) / 'console.log'}.",
        host=name,
    )


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
    """The hosts' current states; [] if there is no lab. Raises UsageError without root."""
    require_root()
    paths = Paths(folder.resolve())
    lab = state.load(paths)
    return [machine.look(paths, lab, host) for host in lab.hosts] if lab else []


def find(folder: Path) -> Lab:
    """The lab in this folder. Raises UsageError if there is none."""
    paths = Paths(folder.resolve())
    return _lab(paths, state.require(paths), tuple(status(folder)))

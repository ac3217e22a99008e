"""Creates, starts and deletes one host."""

from __future__ import annotations

import os
import shutil
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

from tui_installer.lab import cgroups, keys, mounts, network, processes
from tui_installer.lab.commands import run
from tui_installer.lab.state import HostState, LabState, Paths

SSH_PORT = 22

# A guest's reboot ends nspawn with 133 (systemd-nspawn(1), EXIT STATUS); a link left over by a
# killed nspawn would stop the next one. Arguments: $0 the mark, folder, interface, number of
# control groups, those groups, nspawn's command line.
SUPERVISOR = r"""
interface=$2 groups=$3; shift 3
while [ "$groups" -gt 0 ]; do
  echo $$ >"$1/cgroup.procs" || exit 1
  shift; groups=$((groups - 1))
done
while :; do
  ip link delete "$interface" 2>/dev/null
  "$@" </dev/null
  [ $? -eq 133 ] || exit 0
done
"""


@dataclass(frozen=True)
class Machine:
    """A host's state. pid: its PID 1 in this machine's numbering, None if it is off."""

    name: str
    address: str
    fingerprint: str
    interface: str
    pid: int | None
    running: bool
    ssh_ready: bool


def create(paths: Paths, lab: LabState, name: str, address: str) -> HostState:
    """Creates a host's file system and identity; does not start it."""
    home = paths.host(name)
    discard(home)
    paths.hosts.mkdir(mode=0o700, exist_ok=True)  # only this machine's root may read hosts' secrets
    for part in ("upper", "work", "root"):
        (home / part).mkdir(parents=True)
    mounts.mount_overlay(Path(lab.base), home)
    return HostState(name, address, _identity(paths, lab, name, address))


def discard(home: Path) -> None:
    """Deletes a stopped host, mounts first."""
    if home.exists():
        mounts.unmount_below(home)
        shutil.rmtree(home)


def _identity(paths: Paths, lab: LabState, name: str, address: str) -> str:
    etc = paths.root(name) / "etc"
    (etc / "hostname").write_text(f"{name}\n")
    (etc / "hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n{address} {name}\n")
    (etc / "machine-id").write_text(f"{uuid.uuid4().hex}\n")
    (etc / "systemd/network/10-host0.network").write_text(_network_file(lab, address))
    ssh = paths.root(name) / "root/.ssh"
    ssh.mkdir(mode=0o700, exist_ok=True)
    (ssh / "authorized_keys").write_text(paths.public_key.read_text())
    public = keys.generate(etc / "ssh/ssh_host_ed25519_key", f"root@{name}")
    return " ".join(public.split()[:2])


def _network_file(lab: LabState, address: str) -> str:
    # A cut link only drops packets, as at a switch; the host keeps its address.
    return (
        "[Match]\nName=host0\n\n"
        f"[Network]\nAddress={address}/24\nGateway={network.gateway(lab.subnet)}\n"
        "ConfigureWithoutCarrier=yes\nIgnoreCarrierLoss=yes\n"
        # Nobody else can have it, and the wait for that would make the address unusable at first.
        f"[Address]\nAddress={network.ipv6(address)}/64\nDuplicateAddressDetection=none\n"
    )


def start(paths: Paths, lab: LabState, name: str) -> None:
    """Boots a host unless it is running. It outlives this process."""
    home = paths.host(name)
    if processes.of_host(home).all:
        return
    if not mounts.below(home / "root"):
        mounts.mount_overlay(Path(lab.base), home)
    groups = [str(group) for group in cgroups.create(paths.folder, name)]
    arguments = [str(home), lab.interface(name), str(len(groups)), *groups]
    script = 'exec >"$1/console.log" 2>&1' + SUPERVISOR
    run(
        "setsid", "--fork", "sh", "-c", script, processes.MARK,
        *arguments, *_nspawn(paths, lab, name),
    )  # fmt: skip


def _nspawn(paths: Paths, lab: LabState, name: str) -> list[str]:
    unified = "1" if cgroups.unified() else "0"
    return [
        "env",
        f"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY={unified}",
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        *([] if cgroups.systemd_runs() else ["--keep-unit"]),
        "--settings=no",
        "--link-journal=no",
        "--resolv-conf=off",
        "--timezone=off",
        f"--directory={paths.root(name)}",
        f"--network-bridge={lab.bridge}",
        f"--machine={lab.machine(name)}",
        f"--hostname={name}",
        "--boot",
    ]


def look(paths: Paths, lab: LabState, host: HostState) -> Machine:
    guests = processes.of_host(paths.host(host.name)).guests
    return Machine(
        name=host.name,
        address=host.address,
        fingerprint=host.fingerprint,
        interface=lab.interface(host.name),
        pid=guests[0] if guests else None,
        running=bool(guests),
        ssh_ready=bool(guests) and answers_ssh(host.address),
    )


def answers_ssh(address: str, timeout: float = 0.5) -> bool:
    """Whether sshd sends its banner within the timeout (seconds)."""
    try:
        with socket.create_connection((address, SSH_PORT), timeout) as connection:
            connection.settimeout(timeout)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def console_tail(paths: Paths, name: str, lines: int = 10) -> tuple[str, ...]:
    """The last lines of the host's console, without control characters."""
    try:
        with (paths.host(name) / "console.log").open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 8192))
            text = file.read().decode(errors="replace")
    except OSError:
        return ()
    kept = ("".join(char for char in line if char.isprintable()) for line in text.splitlines())
    return tuple(line for line in kept if line)[-lines:]

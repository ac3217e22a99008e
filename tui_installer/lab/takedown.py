"""The end of a lab: everything it made, found by what it is and not only by its state."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError, UsageError
from tui_installer.lab import base, cgroups, limits, machine, mounts, network, processes, state
from tui_installer.lab.commands import Say, require_root
from tui_installer.lab.lock import locked
from tui_installer.lab.state import LabState, Paths

if TYPE_CHECKING:
    from pathlib import Path


def down(folder: Path, say: Say) -> None:
    """Ends and deletes a lab, also one that a crash left half made; other things are left alone.

    Raises UsageError without root, InstallerError if something of the lab does not go away.
    """
    require_root()
    paths = Paths(folder.resolve())
    if not _is_lab(paths):
        say(f"no lab in {paths.folder}")
        return
    with locked(paths.lock):
        _take_down(paths, say)


def _is_lab(paths: Paths) -> bool:
    """A state, or a bridge or hosts left without it, or the lock of an `up` that was refused."""
    if paths.state.exists() or network.our_bridges(paths.folder) or processes.homes(paths.hosts):
        return True
    return paths.folder.is_dir() and list(paths.folder.iterdir()) == [paths.lock]


def _take_down(paths: Paths, say: Say) -> None:
    lab = _state_if_readable(paths)
    homes = sorted(_homes(paths))
    for home in homes:
        processes.end(home)
    for bridge in network.our_bridges(paths.folder):
        _remove_bridge(bridge)
    _remove_links([lab.interface(host.name) for host in lab.hosts] if lab else [])
    mounts.unmount_below(paths.hosts)
    for home in homes:
        machine.discard(home)
    cgroups.remove(paths.folder)
    if not network.lab_bridges():
        limits.restore()
    _remove_files(paths)
    say(f"lab {lab.name if lab else paths.folder}: {len(homes)} hosts gone, nothing left")


def _homes(paths: Paths) -> set[Path]:
    there = set(paths.hosts.iterdir()) if paths.hosts.is_dir() else set()
    return there | processes.homes(paths.hosts)


def _state_if_readable(paths: Paths) -> LabState | None:
    with suppress(InstallerError):
        return state.load(paths)
    return None


def _remove_bridge(bridge: str) -> None:
    for port in network.ports(bridge):
        network.delete(port)
    network.delete(bridge)


def _remove_links(interfaces: list[str]) -> None:
    """Links that hang on no bridge of ours any more."""
    for interface in interfaces:
        if network.exists(interface):
            network.delete(interface)


def _remove_files(paths: Paths) -> None:
    """Ours by name; the folder goes if nobody put anything else into it."""
    for path in (paths.key, paths.public_key, paths.known_hosts, paths.state, paths.lock):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        paths.hosts.rmdir()
    with suppress(OSError):
        paths.folder.rmdir()


def delete_bases(base_root: Path, say: Say) -> None:
    """Deletes every base. Raises UsageError while a lab stands on one."""
    require_root()
    if not base_root.is_dir():
        return
    with locked(base_root / ".lock"):
        base.sweep(base_root)
        used = _lower_folders()
        for tree in sorted(base_root.glob("*-*")):
            if str(tree) in used:
                raise UsageError(
                    "A lab still stands on the base.", details=(str(tree),), hint="Take it down."
                )
            shutil.rmtree(tree)
            say(f"base: deleted {tree}")
        (base_root / ".lock").unlink()
    with suppress(OSError):
        base_root.rmdir()


def _lower_folders() -> set[str]:
    prefix = "lowerdir="
    options = [option for mount in mounts.all_mounts() for option in mount.options]
    return {option.removeprefix(prefix) for option in options if option.startswith(prefix)}

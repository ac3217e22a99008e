"""Takes a lab down: finds everything it made, even without its state."""

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
    """Stops and deletes a lab, also an incomplete one; leaves everything else alone.

    Raises UsageError without root, InstallerError if something can't be deleted.
    """
    require_root()
    paths = Paths(folder.resolve())
    if not _is_lab(paths):
        say(f"no lab in {paths.folder}")
        return
    with locked(paths.lock):
        _take_down(paths, say)


def _is_lab(paths: Paths) -> bool:
    """Whether there is a state, a bridge or hosts without it, or only the lock of a failed `up`."""
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
    """Deletes links that are on no bridge of ours."""
    for interface in interfaces:
        if network.exists(interface):
            network.delete(interface)


def _remove_files(paths: Paths) -> None:
    """Deletes our files by name, and the folder if nothing else is in it."""
    for path in (paths.key, paths.public_key, paths.known_hosts, paths.state, paths.lock):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        paths.hosts.rmdir()
    with suppress(OSError):
        paths.folder.rmdir()


def delete_bases(base_root: Path, say: Say) -> None:
    """Deletes every base. Raises UsageError while a lab uses one."""
    require_root()
    if not base_root.is_dir():
        return
    with locked(base_root / ".lock"):
        base.sweep(base_root)
        used = _lower_folders()
        for tree in sorted(base_root.glob("*-*")):
            if str(tree) in used:
                raise UsageError(
                    "A lab still uses the base.", details=(str(tree),), hint="Take it down."
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

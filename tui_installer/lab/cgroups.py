"""Makes a control group for each host on machines without systemd.

With --keep-unit nspawn boots the guest in its own control group. Hosts that share one would see
each other's units as theirs. With systemd, nspawn gets a scope from it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.lab import names

BUSY_TIMEOUT = 5.0  # seconds

if TYPE_CHECKING:
    from collections.abc import Iterator


def systemd_runs() -> bool:
    """Whether this machine was booted with systemd (sd_booted(3))."""
    return Path("/run/systemd/system").is_dir()


def unified() -> bool:
    """Whether /sys/fs/cgroup is cgroup v2, and guests must use it."""
    return Path("/sys/fs/cgroup/cgroup.controllers").exists()


def hierarchies(mountinfo: str, membership: str) -> list[Path]:
    """Our own group in every mounted hierarchy, from /proc/self/mountinfo and cgroup."""
    mounted: dict[frozenset[str], tuple[str, str]] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2) if after.count(" ") > 1 else ("", "", "")
        if kind in ("cgroup", "cgroup2"):
            words = before.split(" ")
            controllers = frozenset(options.split(",")) if kind == "cgroup" else frozenset({""})
            mounted[controllers] = (words[3], words[4])
    return list(_ours(mounted, membership))


def _ours(mounted: dict[frozenset[str], tuple[str, str]], membership: str) -> Iterator[Path]:
    for line in membership.splitlines():
        _, controllers, path = line.split(":", 2)
        wanted = frozenset(controllers.split(","))
        for there, (root, point) in mounted.items():
            if wanted <= there:
                inside = path.removeprefix(root.rstrip("/")).lstrip("/")
                yield Path(point) / inside
                break


def _prefix(folder: Path) -> str:
    return f"tui-installer-lab.{names.digest(str(folder))}."


def create(folder: Path, host: str) -> list[Path]:
    """A host's groups, created if missing; [] if systemd creates them."""
    if systemd_runs():
        return []
    proc = Path("/proc/self")
    found = []
    for parent in hierarchies((proc / "mountinfo").read_text(), (proc / "cgroup").read_text()):
        group = parent / f"{_prefix(folder)}{host}"
        group.mkdir(exist_ok=True)
        for name in (
            "cpuset.mems",
            "cpuset.cpus",
        ):  # empty in a new v1 group: no process could enter
            if (group / name).exists() and (parent / name).exists():
                (group / name).write_text((parent / name).read_text())
        found.append(group)
    return found


def remove(folder: Path) -> None:
    """Deletes all groups of a lab's hosts, whose processes have ended.

    The kernel may report a group as busy for a moment after its last process ended.
    """
    if systemd_runs():
        return
    deadline = time.monotonic() + BUSY_TIMEOUT
    while left := [group for group in _groups(_prefix(folder)) if not _removed(group)]:
        if time.monotonic() > deadline:
            raise InstallerError(
                "Control groups of the lab can't be removed.",
                details=tuple(str(group) for group in left),
            )
        time.sleep(0.05)


def _removed(group: Path) -> bool:
    try:
        for inner, _, _ in os.walk(group, topdown=False):
            Path(inner).rmdir()
    except FileNotFoundError:
        return not group.exists()
    except OSError:
        return False
    return True


def _groups(prefix: str) -> Iterator[Path]:
    for parent, children, _ in os.walk("/sys/fs/cgroup"):
        yield from (Path(parent, child) for child in children if child.startswith(prefix))

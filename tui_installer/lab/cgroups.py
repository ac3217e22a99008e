"""A control group of its own for each host, where no systemd runs on this machine.

With --keep-unit nspawn boots the guest in the control group it was itself started in. Hosts that
share one would see each other's units as theirs. Where systemd runs, nspawn gets a scope from it.
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
    """Groups for a host of the lab in this folder, made if missing; [] where systemd does it."""
    if systemd_runs():
        return []
    proc = Path("/proc/self")
    found = []
    for parent in hierarchies((proc / "mountinfo").read_text(), (proc / "cgroup").read_text()):
        group = parent / f"{_prefix(folder)}{host}"
        group.mkdir(exist_ok=True)
        for name in ("cpuset.mems", "cpuset.cpus"):  # empty in a new v1 group: nothing may enter
            if (group / name).exists() and (parent / name).exists():
                (group / name).write_text((parent / name).read_text())
        found.append(group)
    return found


def remove(folder: Path) -> None:
    """Removes the groups of a lab's hosts wherever they are; their processes are gone by now.

    The kernel may call a group busy a moment longer than its last process lived.
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

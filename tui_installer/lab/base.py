"""Builds the base: one Debian tree, built once, that all hosts share read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections import deque
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.lab import apt, mounts, names
from tui_installer.lab.commands import Say, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PACKAGES = (
    "systemd",
    "systemd-sysv",
    "dbus",
    "openssh-server",
    "iproute2",
    "ca-certificates",
    "sudo",
    "procps",
    "nftables",
    "busybox",
)
RECIPE = 1  # increment it when `finish` changes: older bases are then not reused
PACE = 10.0  # seconds between two progress lines

_PHASES = {
    "Retrieving": "downloading packages",
    "Validating": "downloading packages",
    "Extracting": "unpacking the core",
    "Unpacking": "unpacking packages",
    "Configuring": "configuring packages",
}


def folder(base_root: Path, suite: str) -> Path:
    """The folder of this suite's base, whether or not it exists."""
    return base_root / f"{suite}-{names.digest(f'{RECIPE} {PACKAGES}', 8)}"


def ensure(base_root: Path, suite: str, say: Say) -> Path:
    """The base, built if missing. The caller holds base_root's lock."""
    target = folder(base_root, suite)
    if not target.is_dir():
        sweep(base_root)
        build(target, suite, say)
    return target


def sweep(base_root: Path) -> None:
    """Deletes leftovers of interrupted builds."""
    for left in base_root.glob(".building-*"):
        mounts.unmount_below(left)
        shutil.rmtree(left)


def build(target: Path, suite: str, say: Say) -> None:
    uri = apt.mirror(suite)
    began = time.monotonic()
    say(f"base: building Debian {suite} from {uri or 'the default mirror'} (once; about a minute)")
    building = Path(mkdtemp(prefix=".building-", dir=target.parent))
    try:
        _debootstrap(building, suite, uri, say)
        finish(building)
        building.rename(target)
    finally:
        if building.exists():
            mounts.unmount_below(building)
            shutil.rmtree(building)
    say(f"base: ready in {time.monotonic() - began:.0f} s: {target}")


def _debootstrap(building: Path, suite: str, uri: str, say: Say) -> None:
    argv = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", suite]
    argv += [str(building), *([uri] if uri else [])]
    last: deque[str] = deque(maxlen=10)
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **_proxy(), "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
    ) as process:
        for line in condense(_remember(process.stdout or (), last), time.monotonic):
            say(line)
    if process.returncode != 0:
        raise InstallerError(
            f"debootstrap could not build Debian {suite}.",
            details=tuple(last),
            hint="It needs the mirror that apt uses, 400 MB of disk, and a file system that allows "
            "device files and programs (not mounted nodev or noexec).",
        )


def _proxy() -> dict[str, str]:
    found = run("apt-config", "shell", "proxy", "Acquire::http::Proxy", check=False)
    value = found.partition("proxy='")[2].partition("'")[0]
    return {"http_proxy": value} if value not in ("", "DIRECT") else {}


def _remember(lines: Iterable[str], last: deque[str]) -> Iterator[str]:
    for line in lines:
        last.append(line.rstrip())
        yield line


def condense(lines: Iterable[str], now: Callable[[], float]) -> Iterator[str]:
    """Condenses hundreds of lines to one per phase, and one every PACE seconds."""
    began = spoke = now()
    phase = ""
    for count, line in enumerate(lines, 1):
        word = line.removeprefix("I: ").split(" ", 1)[0]
        current = _PHASES.get(word, phase)
        if current != phase or now() - spoke >= PACE:
            phase, spoke = current, now()
            yield f"base: {spoke - began:3.0f} s: {phase or 'starting'} ({count} lines of progress)"


def finish(root: Path) -> None:
    """Configures what all hosts share; each host gets its identity later."""
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    (root / "etc/machine-id").write_text("")
    # debootstrap copies this machine's; lookups must fail at once instead of waiting.
    resolv = root / "etc/resolv.conf"
    resolv.unlink(missing_ok=True)
    resolv.write_text("# The lab has no name server.\n")
    _link(root, "multi-user.target.wants", "systemd-networkd.service")
    for unit in ("console-getty.service", "getty.target", "systemd-networkd-wait-online.service"):
        _mask(root, unit)
    for timer in ("apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer"):
        _mask(root, timer)
    drop_in = root / "etc/systemd/journald.conf.d/lab.conf"
    drop_in.parent.mkdir(parents=True, exist_ok=True)
    drop_in.write_text("[Journal]\nStorage=persistent\nSystemMaxUse=64M\n")
    for archive in (root / "var/cache/apt/archives").glob("*.deb"):
        archive.unlink()


def _link(root: Path, wants: str, unit: str) -> None:
    link = root / "etc/systemd/system" / wants / unit
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(f"/lib/systemd/system/{unit}")


def _mask(root: Path, unit: str) -> None:
    link = root / "etc/systemd/system" / unit
    link.unlink(missing_ok=True)
    link.symlink_to("/dev/null")

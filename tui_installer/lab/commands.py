"""Runs programs of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable

from tui_installer.errors import InstallerError, UsageError

Say = Callable[[str], None]

# program -> its Debian package
PROGRAMS = {
    "systemd-nspawn": "systemd-container",
    "debootstrap": "debootstrap",
    "ssh-keygen": "openssh-client",
    "ssh": "openssh-client",
    "ip": "iproute2",
    "mount": "mount",
    "setsid": "util-linux",
}


def run(*argv: str, check: bool = True) -> str:
    """Standard output of a program. Raises InstallerError with its standard error."""
    done = subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if check and done.returncode != 0:
        output = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise InstallerError(
            f"{argv[0]} failed (exit status {done.returncode}).",
            details=(" ".join(argv), *output[-10:]),
        )
    return done.stdout


def missing_packages(programs: Iterable[str]) -> list[str]:
    return sorted({PROGRAMS[name] for name in programs if shutil.which(name) is None})


def require_root() -> None:
    if os.geteuid() != 0:
        raise UsageError(
            "Lab hosts need root: they mount file systems and make network interfaces.",
            hint="Run the same command with sudo.",
        )


def require_programs() -> None:
    packages = missing_packages(PROGRAMS)
    if packages:
        raise UsageError(
            "Programs that make lab hosts are missing on this machine.",
            details=tuple(f"missing package: {name}" for name in packages),
            hint=f"apt-get install -y {' '.join(packages)}",
        )

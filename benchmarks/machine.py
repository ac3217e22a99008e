"""Describes the machine of the measurements."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """load: the average of the last minute before the start; other load makes figures worse."""

    cpu: str
    cores: int
    memory_gb: float
    load: float
    kernel: str
    versions: tuple[str, ...]


def look(programs: tuple[str, ...]) -> Machine:
    """The machine. programs: "NAME VERSION" of the products installed on the hosts."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    ours = f"tui-installer {version('tui-installer')}"
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=round(pages * size / 2**30, 1),
        load=round(os.getloadavg()[0], 2),
        kernel=platform.release(),
        versions=(ours, f"Python {platform.python_version()}", *_tools(), *programs),
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _tools() -> tuple[str, str]:
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True)
    ssh = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True)
    return " ".join(openssl.stdout.split()[:2]), ssh.stderr.partition(",")[0]

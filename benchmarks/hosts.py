"""Makes throwaway hosts for the benchmark, fresh for every run."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import yaml

from tui_installer.lab import lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "bench"
BOOT_SECONDS = 60


@contextmanager
def fresh(folder: Path, count: int) -> Iterator[lab.Lab]:
    """Fresh hosts, taken down afterwards in any case."""
    try:
        hosts = lab.up(folder, name=NAME, count=count, say=quiet)
        for machine in hosts.machines:
            _booted(folder, machine.name)
        os.sync()  # no data of an earlier run is left to write
        yield hosts
    finally:
        lab.down(folder, quiet)


def _booted(folder: Path, name: str) -> None:
    """Waits for the end of the boot, which would be measured otherwise."""
    argv = lab.ssh_argv(folder, name, "systemctl is-system-running --wait")
    subprocess.run(argv, stdout=subprocess.DEVNULL, timeout=BOOT_SECONDS, check=False)


def quiet(text: str) -> None:
    """Prints a progress line: the first lab on a machine builds its base system."""
    if "base" in text or "waiting" in text:
        print(f"  {text}", file=sys.stderr, flush=True)


def write_answers(path: Path, hosts: dict[str, Any], source: str) -> Path:
    """Writes an answers file with these hosts (as from `lab.answers`) and defaults otherwise."""
    kubernetes = {"source": {"kind": source}} if source != "mirror" else {}
    path.write_text(yaml.safe_dump({**hosts, "kubernetes": kubernetes}, sort_keys=False))
    return path


def imagined(count: int) -> dict[str, Any]:
    """Writes answers for hosts that are never connected to (RFC 5737 addresses)."""
    return {
        "apiVersion": "tui-installer/v1",
        "cluster": {"name": NAME},
        "hosts": [{"address": f"192.0.2.{number + 11}"} for number in range(count)],
    }

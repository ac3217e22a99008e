"""What closing the cluster costs: install time and the API server's memory, with and without.

usage: python benchmarks/hardening.py [--hosts N] [--runs N] [--source go|mirror]

Throwaway hosts (root, systemd-nspawn), fresh for every run; the two take turns. "open" has every
toggle of `security` on its open side. Exits with 1 only where a program fails, never for a figure.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hosts
import yaml
from measured import BenchmarkFailed, Spread, run

from tui_installer.lab import lab

WORK = "/var/tmp"  # on a disk, as in install.py
SETTLED = 20
"""Seconds after the install until memory is read: the new cluster's own start-up work is over."""
OPEN: dict[str, Any] = {
    "alwaysPullImages": False,
    "anonymousAuth": True,
    "audit": {"enabled": False},
    "denyServiceExternalIPs": False,
    "eventRateLimit": False,
    "podSecurity": {"enforce": "privileged", "warn": "privileged"},
    "serviceAccountExtendTokenExpiration": True,
    "services": "root",
}
ALLOWED = 1.05
"""The ratio that closing may cost."""


@dataclass(frozen=True)
class Figures:
    """seconds: of the install's whole process. memory: the API server's resident MB, idle."""

    seconds: float
    memory: float


def main() -> int:
    args = _arguments()
    found: dict[str, list[Figures]] = {"closed": [], "open": []}
    try:
        for number in range(1, args.runs + 1):
            for name, taken in found.items():
                taken.append(_measure(name, args.hosts, args.source))
                print(f"run {number} {name}: {_told(taken[-1])}", file=sys.stderr, flush=True)
    except BenchmarkFailed as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(_report(found["closed"], found["open"], args.hosts)))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hosts", type=int, default=1, choices=(1, 3), help="masters, default: 1")
    parser.add_argument("--runs", type=int, default=5, help="of each, default: %(default)s")
    parser.add_argument("--source", choices=("go", "mirror"), default="go")
    return parser.parse_args()


def _measure(name: str, count: int, source: str) -> Figures:
    """One install on fresh hosts. Raises BenchmarkFailed."""
    with tempfile.TemporaryDirectory(prefix="tui-bench-", dir=WORK) as folder:
        work = Path(folder)
        with hosts.fresh(work / "lab", count) as up:
            answers = hosts.write_answers(work / "answers.yaml", lab.answers(up.folder), source)
            if name == "open":
                _open(answers)
            argv = [sys.executable, "-m", "tui_installer", "--answers", str(answers)]
            done = run(argv, {"TUI_INSTALLER_HOME": str(work / "state")})
            time.sleep(SETTLED)
            memory = max(_resident(up.folder, machine.name) for machine in up.machines)
    return Figures(done.seconds, memory)


def _open(answers: Path) -> None:
    found = yaml.safe_load(answers.read_text())
    answers.write_text(yaml.safe_dump({**found, "security": OPEN}, sort_keys=False))


def _resident(folder: Path, host: str) -> float:
    """MB of memory that the API server on a host holds now."""
    ask = "awk '/^VmRSS/ { print $2 }' /proc/$(systemctl show -P MainPID kube-apiserver)/status"
    done = subprocess.run(lab.ssh_argv(folder, host, ask), capture_output=True, check=False)
    if done.returncode or not done.stdout.strip().isdigit():
        raise BenchmarkFailed(f"{host} does not tell the API server's memory: {done.stderr!r}")
    return int(done.stdout) / 1024


def _report(closed: list[Figures], opened: list[Figures], count: int) -> list[str]:
    lines = [f"masters: {count}, runs of each: {len(closed)}; median (least to most)"]
    for what, unit in (("seconds", "s"), ("memory", "MB")):
        ours = Spread.of([getattr(one, what) for one in closed])
        theirs = Spread.of([getattr(one, what) for one in opened])
        ratio = ours.median / theirs.median
        verdict = "within" if ratio <= ALLOWED else "BEYOND"
        lines.append(
            f"{what:<8} closed {_spread(ours, unit)}  open {_spread(theirs, unit)}  "
            f"ratio {ratio:.3f}, {verdict} {ALLOWED}"
        )
    return lines


def _spread(spread: Spread, unit: str) -> str:
    return f"{spread.median:.1f} {unit} ({spread.minimum:.1f} to {spread.maximum:.1f})"


def _told(figures: Figures) -> str:
    return f"{figures.seconds:.1f} s, API server {figures.memory:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())

"""Measures the cost of hardening: install time and the API server's memory, hardened and relaxed.

usage: python benchmarks/hardening.py [--hosts N] [--runs N] [--source go|mirror]

Throwaway hosts (root, systemd-nspawn), fresh for every run; the two alternate. "relaxed" has every
setting of `security` relaxed. Exits with 1 only if a program fails, never for a figure.
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
"""Seconds between install and memory reading: the cluster's start-up work is done then."""
RELAXED: dict[str, Any] = {
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
"""The largest allowed ratio of hardened to relaxed."""


@dataclass(frozen=True)
class Figures:
    """seconds: of the whole install process. memory: the idle API server's resident MB."""

    seconds: float
    memory: float


def main() -> int:
    args = _arguments()
    found: dict[str, list[Figures]] = {"hardened": [], "relaxed": []}
    try:
        for number in range(1, args.runs + 1):
            for name, taken in found.items():
                taken.append(_measure(name, args.hosts, args.source))
                print(f"run {number} {name}: {_summary(taken[-1])}", file=sys.stderr, flush=True)
    except BenchmarkFailed as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(_report(found["hardened"], found["relaxed"], args.hosts)))
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
            if name == "relaxed":
                _relax(answers)
            argv = [sys.executable, "-m", "tui_installer", "--answers", str(answers)]
            done = run(argv, {"TUI_INSTALLER_HOME": str(work / "state")})
            time.sleep(SETTLED)
            memory = max(_resident(up.folder, machine.name) for machine in up.machines)
    return Figures(done.seconds, memory)


def _relax(answers: Path) -> None:
    found = yaml.safe_load(answers.read_text())
    answers.write_text(yaml.safe_dump({**found, "security": RELAXED}, sort_keys=False))


def _resident(folder: Path, host: str) -> float:
    """Resident memory of a host's API server, in MB."""
    ask = "awk '/^VmRSS/ { print $2 }' /proc/$(systemctl show -P MainPID kube-apiserver)/status"
    done = subprocess.run(lab.ssh_argv(folder, host, ask), capture_output=True, check=False)
    if done.returncode or not done.stdout.strip().isdigit():
        raise BenchmarkFailed(f"cannot read the API server's memory on {host}: {done.stderr!r}")
    return int(done.stdout) / 1024


def _report(hardened: list[Figures], relaxed: list[Figures], count: int) -> list[str]:
    lines = [f"masters: {count}, runs of each: {len(hardened)}; median (least to most)"]
    for what, unit in (("seconds", "s"), ("memory", "MB")):
        ours = Spread.of([getattr(one, what) for one in hardened])
        theirs = Spread.of([getattr(one, what) for one in relaxed])
        ratio = ours.median / theirs.median
        verdict = "within" if ratio <= ALLOWED else "BEYOND"
        lines.append(
            f"{what:<8} hardened {_spread(ours, unit)}  relaxed {_spread(theirs, unit)}  "
            f"ratio {ratio:.3f}, {verdict} {ALLOWED}"
        )
    return lines


def _spread(spread: Spread, unit: str) -> str:
    return f"{spread.median:.1f} {unit} ({spread.minimum:.1f} to {spread.maximum:.1f})"


def _summary(figures: Figures) -> str:
    return f"{figures.seconds:.1f} s, API server {figures.memory:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())

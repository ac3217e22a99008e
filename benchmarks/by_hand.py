"""Runs by_hand.sh, which installs the same control plane by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import hosts
from measured import HERE, run

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class ByHand:
    """milestones: (name, seconds after the start), in order; the last is "verified"."""

    seconds: float
    milestones: tuple[tuple[str, float], ...]


def measure(work: Path, programs: Path, count: int) -> ByHand:
    """One run on fresh hosts. Raises BenchmarkFailed."""
    made = work / "by-hand"
    made.mkdir(mode=0o700)
    with hosts.fresh(work / "lab", count) as lab:
        masters = [f"{machine.name}={machine.address}" for machine in lab.machines]
        script = [str(HERE / "by_hand.sh"), str(made), str(programs)]
        done = run([*script, str(lab.key), str(lab.known_hosts), *masters])
    return ByHand(done.seconds, tuple(_milestone(line) for _, line in done.lines))


def _milestone(line: str) -> tuple[str, float]:
    milliseconds, _, name = line.partition("\t")
    return name, int(milliseconds) / 1000

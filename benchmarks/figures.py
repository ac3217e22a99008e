"""Measures figures that need no hosts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import hosts
from measured import Spread, python, run

if TYPE_CHECKING:
    from pathlib import Path

MASTERS = 5


@dataclass(frozen=True)
class Alone:
    """Seconds. version, check: runs of ``--version`` and ``--answers FILE --check``.

    pki: making and storing the certificates of five masters.
    """

    version: Spread
    check: Spread
    pki: Spread
    certificates: int


def measure(work: Path, runs: int) -> Alone:
    """Raises BenchmarkFailed."""
    answers = hosts.write_answers(work / "five.yaml", hosts.imagined(MASTERS), "mirror")
    program = [sys.executable, "-m", "tui_installer"]
    made = [python("pki.py", answers).lines[0][1].split() for _ in range(runs)]
    return Alone(
        version=_times([*program, "--version"], runs),
        check=_times([*program, "--answers", str(answers), "--check"], runs),
        pki=Spread.of([float(seconds) for seconds, _ in made]),
        certificates=int(made[0][1]),
    )


def _times(argv: list[str], runs: int) -> Spread:
    return Spread.of([run(argv).seconds for _ in range(runs)])

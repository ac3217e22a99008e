"""Runs and times programs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
_KILOBYTES_IN_A_MEGABYTE = 1024
_TAIL = 3000


class BenchmarkFailed(Exception):
    """A measured program failed, or did not do the measured work."""


@dataclass(frozen=True)
class Finished:
    """One finished program. lines: of stdout, each with the seconds after the start.

    peak_mb: its largest resident size in MB (2^20 bytes). Linux includes the process before exec,
    so this is never less than the benchmark's own size: keep that small.
    """

    seconds: float
    peak_mb: float
    lines: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Spread:
    """Statistics of one figure over all runs."""

    minimum: float
    median: float
    maximum: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(min(values), median(values), max(values))


def run(argv: Sequence[str], env: Mapping[str, str] | None = None) -> Finished:
    """Runs a program to its end. Raises BenchmarkFailed with its output if it fails."""
    with tempfile.TemporaryFile("w+") as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            text=True, cwd=REPOSITORY, env={**os.environ, **(env or {})},
        )  # fmt: skip
        lines, peak = _to_the_end(process, started)
        seconds = time.monotonic() - started
        if process.returncode:
            raise _failed(argv, process.returncode, lines, errors)
    return Finished(seconds, peak, lines)


def python(script: str, *arguments: str | Path) -> Finished:
    """Runs a script beside this file in its own process."""
    return run([sys.executable, str(HERE / script), *map(str, arguments)])


def _to_the_end(
    process: subprocess.Popen[str], started: float
) -> tuple[tuple[tuple[float, str], ...], float]:
    """(the lines, the peak in MB). The process has ended in any case."""
    try:
        output = process.stdout or ()
        lines = [(time.monotonic() - started, line.rstrip("\n")) for line in output]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        if process.returncode is None:
            process.terminate()
            process.wait()
        if process.stdout:
            process.stdout.close()
    return tuple(lines), usage.ru_maxrss / _KILOBYTES_IN_A_MEGABYTE


def _failed(
    argv: Sequence[str], code: int, lines: Sequence[tuple[float, str]], errors: IO[str]
) -> BenchmarkFailed:
    errors.seek(0)
    output = "\n".join(line for _, line in lines)[-_TAIL:]
    return BenchmarkFailed(
        f"{' '.join(argv)} ended with {code}\n{output}\n{errors.read()[-_TAIL:]}".rstrip()
    )

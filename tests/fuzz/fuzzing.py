"""Runs mutated documents through a target and keeps what must not be: failures, hangs, memory."""

from __future__ import annotations

import collections
import random
import resource
import signal
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fuzz.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LONGEST = 1.0
"""Seconds of the processor that one document may take."""
MOST_MEMORY = 2 << 30
"""Bytes of data that the process may have while it reads."""
MOST_FOUND = 10


class Hang(BaseException):
    """The document took too long. Not an Exception: no reader may catch it."""


@dataclass
class Tally:
    """found: by the place of a failure, the case's number and what it looked like.

    slowest: (seconds of the processor, number). grown: kB of memory more at the peak than before.
    """

    cases: int = 0
    taken: collections.Counter[str] = field(default_factory=collections.Counter)
    found: dict[str, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)
    grown: int = 0
    seconds: float = 0.0


def document(target: str, number: int, seed: int) -> bytes:
    """The case of that number; the same for the same seed, wherever it is made."""
    return TARGETS[target].make(random.Random(f"{seed} {target} {number}"))


def run(target: str, numbers: range, seed: int, folder: Path) -> Tally:
    """All cases of these numbers."""
    tally, read = Tally(), TARGETS[target].open(folder)
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with _bounded():
        for number in numbers:
            _one(tally, target, number, document(target, number, seed), read)
            if len(tally.found) >= MOST_FOUND:
                break
    tally.seconds = time.process_time() - began
    tally.grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return tally


def _one(tally: Tally, target: str, number: int, data: bytes, read: Callable[[bytes], str]) -> None:
    tally.cases += 1
    began = time.process_time()
    try:
        with _timed():
            tally.taken[read(data)] += 1
    except (Exception, Hang) as error:  # noqa: BLE001 - whatever comes is what is looked for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
        told = "".join(traceback.format_exception(error, limit=-8))[-3000:]
        tally.found.setdefault(place, f"{target}:{number}: {data[:300]!r}\n{told}")
    tally.slowest = max(tally.slowest, (time.process_time() - began, number))


@contextmanager
def _bounded() -> Iterator[None]:
    """No more memory than that; a MemoryError is a failure like any other."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextmanager
def _timed() -> Iterator[None]:
    """By the processor's time: a busy machine is no hang."""

    def ring(*_: object) -> None:
        raise Hang(f"more than {LONGEST} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

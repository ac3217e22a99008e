"""Runs the installer on fresh hosts, then again on the finished cluster."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import hosts
from measured import BenchmarkFailed, Finished, run

from tui_installer.lab import lab
from tui_installer.model.run import events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Timed = tuple[tuple[float, events.Event], ...]
"""Each event with its time in seconds after the program's start."""

SETTLED = 10
"""Seconds after which a new cluster has finished its start-up work."""


@dataclass(frozen=True)
class StepTime:
    """Seconds after the start: first host starts, last host finishes. longest: on one host."""

    step: str
    began: float
    ended: float
    longest: float


@dataclass(frozen=True)
class Installer:
    """seconds: of the whole process. first_event: until the first event.

    connected: until all hosts' facts are read. again: seconds of a run with nothing to do, at
    once. later: of one more, after the new cluster's start-up work.
    """

    seconds: float
    peak_mb: float
    first_event: float
    connected: float
    steps: tuple[StepTime, ...]
    checks: int
    again: float
    later: float


def measure(work: Path, count: int, source: str) -> Installer:
    """One run on fresh hosts and two more on the same cluster. Raises BenchmarkFailed."""
    home = {"TUI_INSTALLER_HOME": str(work / "state")}
    with hosts.fresh(work / "lab", count) as up:
        answers = hosts.write_answers(work / "answers.yaml", lab.answers(up.folder), source)
        argv = [sys.executable, "-m", "tui_installer", "--answers", str(answers)]
        argv += ["--output", "jsonl"]
        first = run(argv, home)
        again = run(argv, home)
        time.sleep(SETTLED)
        later = run(argv, home)
    _unchanged(_events(again))
    _unchanged(_events(later))
    return _result(first, again.seconds, later.seconds)


def _events(done: Finished) -> Timed:
    return tuple((seconds, events.from_json(json.loads(line))) for seconds, line in done.lines)


def _finish(timed: Timed) -> events.RunFinished:
    last: Any = timed[-1][1] if timed else None
    if not isinstance(last, events.RunFinished):
        raise BenchmarkFailed("the installer's last event is not RunFinished")
    return last


def _unchanged(timed: Timed) -> None:
    """Checks that a run on a finished cluster had nothing to do. Raises BenchmarkFailed."""
    end = _finish(timed)
    if (end.changes, end.restarts) != (0, 0):
        did = [f"{e.step} on {e.host}: {e.reason}" for e in _planned(timed)]
        summary = f"{end.changes} changes, {end.restarts} restarts on a finished cluster"
        raise BenchmarkFailed("\n".join((summary, *did)))


def _planned(timed: Timed) -> Iterator[events.Planned]:
    return (e for _, e in timed if isinstance(e, events.Planned) and e.changes)


def _result(first: Finished, again: float, later: float) -> Installer:
    timed = _events(first)
    if not _finish(timed).changes:
        raise BenchmarkFailed("the installer changed nothing on fresh hosts")
    found = [seconds for seconds, event in timed if isinstance(event, events.HostFound)]
    checks = [event for _, event in timed if isinstance(event, events.Checked)]
    if not checks or not all(check.ok for check in checks):
        raise BenchmarkFailed("the installer verified nothing")
    return Installer(
        seconds=first.seconds,
        peak_mb=first.peak_mb,
        first_event=timed[0][0],
        connected=max(found),
        steps=tuple(_steps(timed)),
        checks=len(checks),
        again=again,
        later=later,
    )


def _steps(timed: Timed) -> Iterator[StepTime]:
    names = dict.fromkeys(e.step for _, e in timed if isinstance(e, events.StepStarted))
    for name in names:
        began = [s for s, e in timed if isinstance(e, events.StepStarted) and e.step == name]
        ends = [(s, e) for s, e in timed if isinstance(e, events.StepFinished) and e.step == name]
        longest = max((e.seconds for _, e in ends), default=0.0)
        yield StepTime(name, min(began), max((s for s, _ in ends), default=0.0), longest)

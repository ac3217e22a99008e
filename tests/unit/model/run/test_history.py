"""The lines of a run's log: in order, of each place, and never too many."""

from __future__ import annotations

import itertools

import pytest

from tui_installer.model.run.events import (
    OPERATOR,
    Checked,
    Failed,
    HostFound,
    Level,
    LogLine,
    Outcome,
    Planned,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from tui_installer.model.run.history import LINES, LONGEST, History, Line
from tui_installer.model.run.state import RunState


def said(host: str, text: str, level: Level = Level.INFO) -> LogLine:
    return LogLine(host, "etcd", level, text)


def filled(*events) -> History:
    history = History()
    for event in events:
        history.add(event, 1.0)
    return history


def test_a_place_has_its_own_lines_in_order() -> None:
    history = filled(said("m1", "a"), said("m2", "b"), said("m1", "c"))
    assert [line.event.text for line in history.since(0, "m1")] == ["a", "c"]


def test_all_places_together_are_in_the_order_of_what_happened() -> None:
    history = filled(*(said(f"m{n % 3}", str(n)) for n in range(9)))
    assert [line.event.text for line in history.since(0)] == [str(n) for n in range(9)]


def test_only_what_is_newer_is_given() -> None:
    history = filled(said("m1", "a"), said("m2", "b"), said("m1", "c"))
    assert [line.number for line in history.since(1)] == [2, 3]
    assert [line.number for line in history.since(1, "m1")] == [3]
    assert history.since(history.last) == []


def test_a_place_that_said_nothing_has_no_lines() -> None:
    assert filled(said("m1", "a")).since(0, "m9") == []


def test_only_a_places_last_lines_are_kept() -> None:
    history = filled(*(said("m1", str(n)) for n in range(LINES + 5)), said("m2", "other"))
    assert len(history.since(0, "m1")) == LINES
    assert history.since(0, "m1")[0].event.text == "5"
    assert len(history.since(0, "m2")) == 1


def test_warnings_and_errors_outlive_a_flood_of_others() -> None:
    bad = said("m1", "disk is full", Level.ERROR)
    history = filled(bad, *(said("m1", str(n)) for n in range(LINES + 5)))
    assert [line.event for line in history.loud] == [bad]


def test_a_very_long_line_is_cut_and_says_so() -> None:
    (line,) = filled(said("m1", "x" * (LONGEST + 7))).since(0)
    assert line.event.text == "x" * LONGEST + "… 7 characters more"


def test_a_failure_of_no_host_is_told_on_the_operators_side() -> None:
    assert filled(Failed("", "survey", "no", (), "")).since(0)[0].place == OPERATOR


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (said("m", "t", Level.DEBUG), Level.DEBUG),
        (said("m", "t", Level.WARNING), Level.WARNING),
        (StepStarted("s", "m"), Level.INFO),
        (StepFinished("s", "m", Outcome.OK, "", 1.0), Level.INFO),
        (StepFinished("s", "m", Outcome.SKIPPED, "", 0.0), Level.INFO),
        (StepFinished("s", "m", Outcome.STOPPED, "", 0.0), Level.WARNING),
        (StepFinished("s", "m", Outcome.FAILED, "", 1.0), Level.ERROR),
        (Checked("m", "c", ok=True, evidence=""), Level.INFO),
        (Checked("m", "c", ok=False, evidence=""), Level.ERROR),
        (Failed("m", "s", "no", (), ""), Level.ERROR),
    ],
)
def test_every_line_has_a_level(event, level: Level) -> None:
    assert Line(1, 0.0, "m", event).level is level


def test_the_fold_keeps_what_is_said_with_the_time_since_the_start() -> None:
    ticks = itertools.count(100)
    state = RunState(clock=lambda: float(next(ticks)))
    state.apply(RunStarted("c", "v1.37.2", ("m1",), ("etcd",)))
    state.apply(HostFound("m1", "192.0.2.11", "Debian", "root", 0.1))
    state.apply(Planned("etcd", "m1", run=True, reason="", changes=1))
    state.apply(Progress("etcd", "m1", "upload", 1, 2))
    state.apply(said("m1", "a"))
    assert [(line.at, type(line.event)) for line in state.history.since(0)] == [
        (1.0, HostFound),
        (2.0, LogLine),
    ]


def test_a_finished_run_took_what_it_says() -> None:
    state = RunState(clock=lambda: 7.0)
    assert state.elapsed == 0.0
    state.apply(RunStarted("c", "v1.37.2", ("m1",), ("etcd",)))
    state.apply(RunFinished(0, 12.5, 1, 0, ()))
    assert state.elapsed == 12.5
    assert state.version == 2

"""The fold of events that every display shows."""

from __future__ import annotations

from tui_installer.model.run.events import (
    Checked,
    Failed,
    HostFound,
    Outcome,
    Planned,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from tui_installer.model.run.state import RunState, StepState


def folded(*events) -> RunState:
    state = RunState()
    for event in events:
        state.apply(event)
    return state


def test_a_run_that_has_not_begun_knows_nothing() -> None:
    assert folded() == RunState(None, {}, [], {}, [], [], None)


def test_what_is_told_once_is_kept() -> None:
    start = RunStarted("c", "v1.37.2", ("m1",), ("etcd",))
    found = HostFound("m1", "192.0.2.11", "Debian", "root", 0.1)
    planned = Planned("etcd", "m1", run=True, reason="why", changes=2)
    checked = Checked("m1", "unit", ok=True, evidence="active")
    failed = Failed("m1", "etcd", "no", (), "")
    finish = RunFinished(1, 2.0, 3, 0, ())
    state = folded(start, found, planned, checked, failed, finish)
    assert state == RunState(start, {"m1": found}, [planned], {}, [checked], [failed], finish)


def test_a_step_goes_from_started_over_progress_to_its_end() -> None:
    progress = Progress("etcd", "m1", "upload", 1, 2)
    state = folded(StepStarted("etcd", "m1"))
    assert state.steps == {("etcd", "m1"): StepState(started=True)}
    state.apply(progress)
    assert state.step("etcd", "m1").progress is progress
    state.apply(StepFinished("etcd", "m1", Outcome.OK, "done", 1.5))
    assert state.step("etcd", "m1") == StepState(True, Outcome.OK, "done", 1.5, progress)


def test_the_same_step_on_two_hosts_is_two() -> None:
    state = folded(StepStarted("etcd", "m1"), StepStarted("etcd", "m2"))
    state.apply(StepFinished("etcd", "m2", Outcome.FAILED, "no", 1.0))
    assert state.step("etcd", "m1").outcome is None
    assert state.step("etcd", "m2").outcome is Outcome.FAILED


def test_a_step_that_was_stopped_never_started() -> None:
    state = folded(StepFinished("etcd", "m1", Outcome.STOPPED, "why", 0.0))
    assert state.step("etcd", "m1") == StepState(False, Outcome.STOPPED, "why", 0.0)


def plan_of(upload: int, unsized: int = 0) -> Planned:
    sizes = {"upload": upload, "unsized": unsized}
    return Planned("etcd-files", "m1", run=True, reason="", changes=1, **sizes)


def test_bytes_are_counted_against_the_plan() -> None:
    state = folded(plan_of(100))
    assert state.uploads == (0, 100, 0)
    state.apply(Progress("etcd-files", "m1", "upload", 60, 100))
    assert state.uploads == (60, 100, 0)
    state.apply(Progress("etcd-files", "m1", "upload", 130, 130))
    assert state.uploads == (100, 100, 0), "more was sent than planned: the total stays"
    state.apply(StepFinished("etcd-files", "m1", Outcome.OK, "", 1.0))
    assert state.uploads == (100, 100, 0)


def test_a_failed_upload_is_not_counted_whole() -> None:
    state = folded(plan_of(100), Progress("etcd-files", "m1", "upload", 60, 100))
    state.apply(StepFinished("etcd-files", "m1", Outcome.FAILED, "no", 1.0))
    assert state.uploads == (60, 100, 0)


def test_what_is_not_bytes_is_not_added_to_bytes() -> None:
    state = folded(plan_of(100), Progress("etcd-files", "m1", "write", 60, 100, "Secrets"))
    assert state.uploads == (0, 100, 0)


def test_a_line_of_the_plan_is_replaced_once_its_size_is_known() -> None:
    state = folded(plan_of(0, unsized=2))
    assert state.uploads == (0, 0, 2)
    state.apply(plan_of(300))
    assert state.uploads == (0, 300, 0)
    assert state.planned == [plan_of(300)]

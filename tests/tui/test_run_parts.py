"""What the deploy page is made of, without a screen: cells, progress, rows of a log, words."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from scripts import FIFTY, THREE, begun, cancelled, failed, failing, state_of, succeeded, uploading
from tui_installer.front.tui.screens.deploy import cells
from tui_installer.front.tui.screens.deploy.log_rows import rows, wrapped
from tui_installer.front.tui.screens.deploy.overall import carried, fraction
from tui_installer.front.tui.widgets.wording import clock, plain, short, standings
from tui_installer.model.run.events import (
    CLUSTER,
    OPERATOR,
    Level,
    LogLine,
    Progress,
    RunStarted,
    StepStarted,
)
from tui_installer.model.run.history import Line
from tui_installer.model.run.state import RunState

NARROW, ROOMY = 4, 9


def text(state: RunState, step: str, place: str, width: int = NARROW) -> str:
    return cells.cell(state, step, place, width).text


def test_a_cell_says_by_glyph_how_its_step_is() -> None:
    state = state_of(failed())
    assert text(state, "certificates", OPERATOR) == "✓4.4"
    assert text(state, "binaries", OPERATOR) == "–"
    assert text(state, "etcd", "master02") == "✗"
    assert text(state, "apiserver", "master01") == "·"
    assert text(state, "etcd", OPERATOR) == ""


def test_a_roomy_cell_says_it_by_word_too() -> None:
    state = state_of(failed())
    assert text(state, "certificates", OPERATOR, ROOMY) == "✓ 4.4 s"
    assert text(state, "binaries", OPERATOR, ROOMY) == "– skip"
    assert text(state, "etcd", "master02", ROOMY) == "✗ failed"
    assert text(state, "apiserver", "master01", ROOMY) == "· not run"


def test_an_upload_shows_its_share_and_other_work_its_time() -> None:
    assert text(state_of(uploading()), "etcd-files", "master02") == "…50%"
    assert text(state_of(failing()), "etcd", "master01").startswith("…0.")


def test_a_step_that_was_cut_off_is_not_said_to_run() -> None:
    assert text(state_of(cancelled()), "etcd-files", "master01") == "!"
    detail = cells.detail(state_of(cancelled()), "etcd-files", "master01")
    assert detail.startswith("etcd-files on master01: interrupted; the next run repeats it")


@pytest.mark.parametrize("width", range(4, 10))
@pytest.mark.parametrize("script", [uploading, failing, failed, cancelled, succeeded])
def test_no_cell_is_wider_than_its_column(script, width: int) -> None:
    state = state_of(script())
    for step in cells.columns(state):
        assert all(cell_len(head) <= width for head in cells.heads(step, width))
        for place in cells.places(state):
            assert cell_len(text(state, step, place, width)) <= width


def test_rows_are_this_machine_the_hosts_and_the_cluster() -> None:
    assert cells.places(state_of(uploading())) == [OPERATOR, *THREE, CLUSTER]
    assert len(cells.places(state_of(uploading(FIFTY)))) == 52


def test_before_the_plan_every_host_is_waited_for() -> None:
    state = RunState(clock=lambda: 0.0)
    state.apply(RunStarted("c", "v1.37.2", THREE, ("etcd",)))
    assert text(state, cells.FACTS, "master01").startswith("…")
    assert text(state, "etcd", "master01") == "·"


def test_progress_grows_and_is_whole_only_at_success() -> None:
    shares = [fraction(state_of(script())) for script in (uploading, failing, succeeded)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert fraction(state_of(failed())) < 0.5
    assert fraction(RunState()) == 0.0


def test_bytes_of_all_hosts_are_added_up() -> None:
    assert carried(state_of(uploading())) == "72.0 MB of 1.2 GB"


def test_the_total_stays_the_same_from_the_plan_to_the_end() -> None:
    state, totals = RunState(clock=lambda: 0.0), set()
    for event in succeeded():
        state.apply(event)
        if state.steps:
            totals.add(carried(state).rpartition(" of ")[2])
    assert totals == {"1.2 GB"}
    assert carried(state) == "1.2 GB of 1.2 GB"


def test_a_download_does_not_count_as_an_upload() -> None:
    state = state_of(begun())
    state.apply(StepStarted("binaries", OPERATOR))
    state.apply(Progress("binaries", OPERATOR, "kubectl", 10, 60_000_000))
    assert carried(state) == "0 B of 1.2 GB"


def test_programs_that_are_not_fetched_yet_have_no_size() -> None:
    state = state_of(begun())
    line = state.items["apiserver-files", "master01"]
    state.apply(dataclasses.replace(line, upload=0, unsized=1))
    assert carried(state) == "size known after the download"
    state.apply(line)
    assert carried(state) == "0 B of 1.2 GB"
    assert len(state.planned) == len(state.items)


def test_hosts_that_stand_alike_are_named_together() -> None:
    assert standings(state_of(uploading())).startswith(
        "master01, master02, master03: 1 step done, then stopped inside etcd-files"
    )
    assert "and 46 more" in standings(state_of(failing(FIFTY)))
    assert "master02: failed in etcd after 2 steps" in standings(state_of(failed()))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.04, "0.0"),
        (9.94, "9.9"),
        (9.96, "10"),
        (99.4, "99"),
        (130, "2m"),
        (7300, "2h"),
        (9e9, "99d"),
    ],
)
def test_short_times(seconds: float, told: str) -> None:
    assert short(seconds) == told


@given(st.floats(0, 1e9))
def test_a_short_time_has_three_characters_at_most(seconds: float) -> None:
    assert len(short(seconds)) <= 3


def test_the_clock_has_hours_only_when_there_are_any() -> None:
    assert clock(65.9) == "01:05"
    assert clock(3725) == "1:02:05"


@given(st.text())
def test_plain_text_has_nothing_a_terminal_acts_upon(value: str) -> None:
    assert plain(value).isprintable()
    assert len(plain(value)) == len(value)


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "Zs"])),
       st.integers(10, 100))  # fmt: skip
def test_wrapping_loses_nothing_but_the_spaces_it_breaks_at(value: str, width: int) -> None:
    pieces = wrapped(value, width)
    assert all(cell_len(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == value.replace(" ", "")


@given(st.text(max_size=500), st.integers(40, 200))
def test_rows_fit_the_width_whatever_is_said(value: str, width: int) -> None:
    line = Line(1, 3.0, "master01", LogLine("master01", "etcd", Level.INFO, value))
    for row in rows(line, names=8, width=width):
        assert cell_len(row.head) + cell_len(row.text) <= width

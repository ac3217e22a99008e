"""The deploy page over scripted (FAKE) runs: what it shows, and what its keys do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

import pytest
import recordings
from support import HOSTILE, SIZE, WIDE, shown, until, wizard

from scripts import (
    FIFTY,
    THREE,
    Clock,
    FakeEngine,
    cancelled,
    chatter,
    data,
    failed,
    failing,
    state_of,
    succeeded,
    uploading,
)
from tui_installer.actions.runs import watched_run
from tui_installer.actions.runs.watched_run import WatchedRun
from tui_installer.actions.sessions import drafts
from tui_installer.errors import InstallerError
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.front.tui.screens.deploy import cells
from tui_installer.front.tui.screens.deploy.failure_card import FailureCard
from tui_installer.front.tui.screens.deploy.grid import StepGrid
from tui_installer.front.tui.screens.deploy.log_view import LogView
from tui_installer.front.tui.widgets.prompts import Choice, NameFile, Question
from tui_installer.model.run.events import Failed, Level, LogLine, RunFinished, RunStarted

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot


def deploying(engine: FakeEngine, hosts: tuple[str, ...] = THREE) -> WizardApp:
    app = wizard(data(hosts), first="deploy")
    app.engine = engine
    engine.last_plan = recordings.last_plan()
    return app


def at(app: WizardApp) -> str:
    return type(app.screen).__name__


def log(app: WizardApp) -> LogView:
    return app.screen.query_one(LogView)


def log_text(app: WizardApp) -> str:
    return "\n".join(row.head + row.text for row in log(app).pane.rows)


async def settled(pilot: Pilot[int]) -> None:
    """One poll later."""
    await pilot.pause(0.25)


async def test_it_begins_only_when_it_is_told_to() -> None:
    engine = FakeEngine(then=uploading())
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "Nothing runs yet. Press Enter to start: Install" in shown(app)
        assert not engine.begun
        await pilot.press("enter")
        await settled(pilot)
        assert [spec.name for spec in engine.begun] == ["demo"]
        assert "etcd-files on master01" in shown(app)


async def test_answers_with_problems_are_not_installed() -> None:
    engine = FakeEngine(then=uploading())
    app = deploying(engine)
    app.draft.data["hosts"][0]["address"] = "not an address"
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        assert "need fixing before the run" in shown(app)
        assert not engine.begun


async def test_a_run_started_elsewhere_is_shown_as_it_is() -> None:
    app = deploying(FakeEngine(state_of(uploading())))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        text = shown(app)
        assert "…25%" in text
        assert "72.0 MB of 1.2 GB" in text
        assert "upload 12.0 MB of 48.0 MB" in text


async def test_leaving_the_page_does_not_stop_the_run_and_coming_back_shows_it() -> None:
    engine = FakeEngine(state_of(uploading()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.go("token")
        await settled(pilot)
        engine.tell(LogLine("master01", "etcd-files", Level.INFO, "said meanwhile"))
        app.go("deploy")
        await settled(pilot)
        assert engine.running
        assert "said meanwhile" in log_text(app)


async def test_what_happens_appears_by_itself() -> None:
    engine = FakeEngine(state_of(uploading()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        engine.tell(LogLine("master01", "etcd-files", Level.INFO, "a new line"))
        await until(pilot, lambda: "a new line" in shown(app))


async def test_tab_shows_the_next_hosts_log() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(LogLine("master02", "etcd-files", Level.INFO, "of the second"))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "of the second" not in log_text(app)
        await pilot.press("tab")
        assert log(app).shown.place == "master02"
        assert "of the second" in log_text(app)
        await pilot.press("shift+tab")
        assert log(app).shown.place == "master01"


async def test_all_hosts_are_interleaved_with_a_host_column() -> None:
    engine = FakeEngine(state_of(uploading()))
    for host in THREE:
        engine.tell(LogLine(host, "etcd-files", Level.INFO, f"of {host}"))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("i")
        lines = [line for line in log_text(app).splitlines() if ": of master" in line]
        assert [line.split()[1] for line in lines] == list(THREE)
        engine.tell(LogLine("master03", "etcd-files", Level.INFO, "later"))
        await until(pilot, lambda: "later" in log_text(app))


async def test_the_log_is_filtered_by_level_and_old_errors_are_still_there() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(LogLine("master01", "etcd", Level.ERROR, "the one error"))
    engine.tell(*(LogLine("master01", "etcd", Level.INFO, f"line {n}") for n in range(3000)))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "the one error" not in log_text(app)
        await pilot.press("l", "l")
        assert log_text(app).count("\n") == 0
        assert "the one error" in log_text(app)
        await pilot.press("l")
        assert "looked at" not in log_text(app)
        assert "everything" in shown(app)


async def test_debug_lines_are_shown_only_when_everything_is_asked_for() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(LogLine("master01", "etcd", Level.DEBUG, "a detail"))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "a detail" not in log_text(app)
        await pilot.press("l", "l", "l")
        assert "a detail" in log_text(app)


async def test_a_paused_log_stays_where_it_is_and_counts_what_is_new() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(*(LogLine("master01", "etcd", Level.INFO, f"line {n}") for n in range(100)))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("space")
        before = log(app).pane.scroll_y
        engine.tell(*(LogLine("master01", "etcd", Level.INFO, f"more {n}") for n in range(7)))
        await until(pilot, lambda: "paused, 7 new" in shown(app))
        assert log(app).pane.scroll_y == before
        await pilot.press("space")
        await until(pilot, lambda: "more 6" in shown(app))
        assert "following" in shown(app)


async def test_paging_up_pauses_and_end_follows_again() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(*(LogLine("master01", "etcd", Level.INFO, f"line {n}") for n in range(100)))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("pageup")
        await settled(pilot)
        assert "paused" in shown(app)
        assert "line 99" not in shown(app)
        await pilot.press("end")
        await settled(pilot)
        assert "line 99" in shown(app)


async def test_a_long_log_is_there_to_its_first_line() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(*(LogLine("master01", "etcd", Level.INFO, f"line {n}.") for n in range(1500)))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("pageup")
        top = log(app).pane.rows[int(log(app).pane.scroll_y)]
        await until(pilot, lambda: "line 0." in log_text(app))
        assert log(app).pane.rows[int(log(app).pane.scroll_y)] == top
        assert [f"line {n}." in log_text(app) for n in range(1500)] == [True] * 1500
        await pilot.press("tab", "shift+tab", "home")
        assert "found: 192.0.2.11" in shown(app)


async def test_a_search_goes_from_hit_to_hit_and_esc_ends_it() -> None:
    engine = FakeEngine(state_of(uploading()))
    for number in range(60):
        word = "Needle" if number in {3, 30} else "hay"
        engine.tell(LogLine("master01", "etcd", Level.INFO, f"{word} {number}"))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"needle", "enter")
        await settled(pilot)
        assert "2 of 2" in shown(app)
        assert "Needle 30" in shown(app)
        await pilot.press("n")
        await settled(pilot)

        assert "1 of 2" in shown(app)
        await pilot.press("escape")
        await settled(pilot)
        assert at(app) == "DeployPage"
        assert "/needle" not in shown(app)


async def test_a_search_without_a_hit_says_so() -> None:
    app = deploying(FakeEngine(state_of(uploading())))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"zebra")
        await settled(pilot)
        assert "/zebra: not found" in shown(app)


async def test_long_lines_are_wrapped_or_not() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(LogLine("master01", "etcd", Level.INFO, "word " * 60 + "end"))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        many = len(log(app).pane.rows)
        assert "end" in shown(app)
        await pilot.press("w")
        await settled(pilot)
        assert len(log(app).pane.rows) < many
        assert "lines not wrapped" in shown(app)
        await pilot.press(*["greater_than_sign"] * 20)
        await settled(pilot)
        assert "end" in shown(app)


async def test_a_log_is_copied_only_on_request() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(LogLine("master01", "etcd", Level.INFO, "to be copied"))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert app.clipboard == ""
        await pilot.press("c")
        await settled(pilot)
        assert "etcd: to be copied" in app.clipboard
        assert "lines copied" in shown(app)


async def test_a_copy_is_never_longer_than_terminals_take() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(*(LogLine("master01", "etcd", Level.INFO, "x" * 500) for _ in range(500)))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert 50_000 < len(app.clipboard) <= 60_000
        assert "the newest of" in shown(app)


async def test_a_log_is_saved_whole_for_its_owner_alone(tmp_path: Path) -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(LogLine("master01", "etcd", Level.INFO, "word " * 100))
    app = deploying(engine)
    file = tmp_path / "m.log"
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, NameFile))
        await pilot.press("ctrl+a", "ctrl+k", *str(file), "enter")
        await until(pilot, file.exists)
        assert file.read_text().splitlines()[-1].endswith("etcd: " + "word " * 100)
        assert file.stat().st_mode & 0o777 == 0o600
        await until(pilot, lambda: "lines saved in" in shown(app))


async def test_a_log_that_cannot_be_saved_says_why(tmp_path: Path) -> None:
    app = deploying(FakeEngine(state_of(uploading())))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, NameFile))
        await pilot.press("ctrl+a", "ctrl+k", *str(tmp_path), "enter")
        await until(pilot, lambda: "cannot write" in shown(app))


async def test_a_failure_shows_its_card_while_the_others_go_on() -> None:
    engine = FakeEngine(state_of(failing()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        text = shown(app)
        assert "✗ master02 failed in etcd" in text
        assert "port held by 2380: python3 (pid 4711)" in text
        assert "ss -ltnp" in text
        assert "1 failed" in text
        assert engine.running
        await pilot.press("pagedown", "pagedown")
        await settled(pilot)
        assert "activating (auto-restart)" in shown(app)


async def test_a_card_is_copied_as_text() -> None:
    app = deploying(FakeEngine(state_of(failed())))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("c")
        assert app.clipboard.startswith("✗ master02 failed in etcd\n")
        assert "python3 (pid 4711)" in app.clipboard


async def test_f_changes_between_card_and_log() -> None:
    app = deploying(FakeEngine(state_of(failed())))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert app.screen.query_one(FailureCard).display
        await pilot.press("f")
        assert log(app).display
        assert not app.screen.query_one(FailureCard).display
        await pilot.press("f")
        assert app.screen.query_one(FailureCard).display


async def test_a_person_who_looks_at_another_host_is_left_there_when_one_fails() -> None:
    engine = FakeEngine(state_of(uploading()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("tab", "tab")
        assert log(app).shown.place == "master03"
        engine.tell(Failed("master02", "etcd-files", "no space", (), "make room"))
        await settled(pilot)
        assert log(app).shown.place == "master03"
        await pilot.press("f")
        assert "✗ master02 failed" in shown(app)


async def test_retry_runs_again_and_shows_the_new_run() -> None:
    engine = FakeEngine(state_of(failed()), then=uploading())
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("R")
        await settled(pilot)
        assert len(engine.begun) == 1
        assert "failed" not in shown(app)
        assert "…25%" in shown(app)


async def test_retry_and_start_do_nothing_while_it_runs() -> None:
    engine = FakeEngine(state_of(uploading()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("R", "enter")
        assert not engine.begun


async def test_cancelling_asks_and_names_where_each_host_will_be() -> None:
    engine = FakeEngine(state_of(uploading()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await settled(pilot)
        text = " ".join(shown(app).split())
        assert "master01, master02, master03: 1 step done, then stopped" in text
        assert "inside etcd-files, which runs again" in text
        await pilot.press("enter")
        assert at(app) == "DeployPage"
        assert not engine.cancelled


async def test_after_cancelling_each_hosts_state_is_shown() -> None:
    engine = FakeEngine(state_of(uploading()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, Question))
        await pilot.press("right", "enter")
        await until(pilot, lambda: "State of each host" in shown(app))
        assert engine.cancelled == 1
        assert "master02: stopped in: etcd-files" in shown(app)
        assert "cancelled" in shown(app)


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_every_step_of_a_real_run_has_its_head(size: tuple[int, int]) -> None:
    state = recordings.state("run")
    app = deploying(FakeEngine(state))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        heads = next(line for line in shown(app).splitlines() if "cert" in line and "api" in line)
    whole = {*cells.SHORT.values(), *(state.start.steps if state.start else ()), "etcd", "up"}
    assert set(heads.split()) <= whole
    assert len(heads.split()) == len(cells.columns(state))


async def test_success_is_seen_and_then_leads_to_the_results() -> None:
    engine = FakeEngine(state_of(uploading()))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        engine.state = state_of(uploading())
        await settled(pilot)
        for event in list(succeeded())[len(list(uploading())) :]:
            engine.tell(event)
        await settled(pilot)
        assert "100%" in shown(app)
        assert at(app) == "DeployPage"
        await until(pilot, lambda: at(app) == "DonePage")


@pytest.mark.parametrize("turns", [1, 2, 3])
async def test_leaving_while_a_page_opens_is_no_fault(turns: int) -> None:
    app = deploying(FakeEngine(state_of(succeeded())))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.go("done")
        for _ in range(turns):
            await asyncio.sleep(0)
    assert app.fault is None


async def test_coming_back_to_a_finished_run_stays_there() -> None:
    app = deploying(FakeEngine(state_of(succeeded())))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(2)
        assert at(app) == "DeployPage"
        await pilot.press("enter")
        await until(pilot, lambda: at(app) == "DonePage")


async def test_a_run_that_fails_before_any_step_names_the_host() -> None:
    state = state_of(iter((
        RunStarted("demo", "v1.37.2", THREE, ("etcd",)),
        Failed("master02", "connect", "master02 refused every identity", ("key a: refused",), "h"),
        RunFinished(3, 1.0, 0, 0, ()),
    )))  # fmt: skip
    app = deploying(FakeEngine(state))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "✗ master02 failed in connect" in shown(app)
        assert "press R to run again" in shown(app)


async def test_fifty_hosts_scroll_and_the_cursor_stays_in_view() -> None:
    app = deploying(FakeEngine(state_of(uploading(FIFTY))), FIFTY)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        grid = app.screen.query_one(StepGrid)
        assert grid.size.height < 12
        await pilot.press(*["down"] * 40)
        await settled(pilot)
        assert f"… {grid.place}" in shown(app)
        assert log(app).shown.place == grid.place
        await pilot.press("shift+tab")
        assert grid.row == FIFTY.index(grid.place) + 1


async def test_fifty_hosts_that_stream_are_all_in_the_interleaved_view() -> None:
    engine = FakeEngine(state_of(uploading(FIFTY)))
    app = deploying(engine, FIFTY)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("i")
        engine.tell(*(chatter(number) for number in range(1, 401)))
        await settled(pilot)
        text = log_text(app)
        assert all(f"etcd[{number}]:" in text for number in range(1, 401))


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_hostile_text_of_hosts_is_only_ever_text(size: tuple[int, int]) -> None:
    engine = FakeEngine(state_of(uploading()))
    for text in HOSTILE:
        engine.tell(LogLine("master01", "etcd", Level.ERROR, text))
    hint = HOSTILE[0]
    engine.tell(Failed("master02", "etcd", HOSTILE[3], HOSTILE, hint))
    app = deploying(engine)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for keys in (("f",), ("tab", "tab"), ("i",), ("w",), ("slash", *"[/f", "enter"), ("c",)):
            await pilot.press(*keys)
            await settled(pilot)
            text = shown(app)
            assert "\x1b" not in text
            assert "\x07" not in text
            assert "\u202e" not in text
        await pilot.press("escape")
        await pilot.press("i", "tab", "home")
        await settled(pilot)
        assert "\x1b" not in app.clipboard


async def test_a_resized_terminal_lays_the_log_out_anew() -> None:
    engine = FakeEngine(state_of(uploading()))
    engine.tell(LogLine("master01", "etcd", Level.INFO, "word " * 60))
    app = deploying(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        narrow = len(log(app).pane.rows)
        await pilot.resize_terminal(*WIDE)
        await settled(pilot)
        assert len(log(app).pane.rows) < narrow


class FakeRun(WatchedRun):
    """FAKE: no process is begun. Goes on until it is stopped."""

    ended: ClassVar[list[str]] = []

    async def carry_out(self, *_: object, **__: object) -> int:
        self.state.apply(RunStarted("demo", "v1.37.2", THREE, ("etcd",)))
        self._over = asyncio.Event()
        await self._over.wait()
        self.state.apply(RunFinished(130, 1.0, 0, 0, ()))
        return 130

    def stop(self) -> None:
        self.ended.append("stop")
        self._over.set()

    def leave(self) -> None:
        self.ended.append("leave")


@pytest.fixture
def fake_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of them."""
    monkeypatch.setattr(watched_run, "WatchedRun", FakeRun)
    monkeypatch.setattr(FakeRun, "ended", [])
    return FakeRun.ended


def kept_app() -> WizardApp:
    """Over a draft that is a session."""
    draft, engine = Draft.of(data()), EngineRoom()
    engine.last_plan = recordings.last_plan(draft.touched)
    return WizardApp(draft, engine, first="deploy")


async def test_the_engine_ends_a_run_that_cannot_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise InstallerError("cannot write the journal", hint="mend the folder")

    monkeypatch.setattr(watched_run.WatchedRun, "carry_out", refused)
    app = kept_app()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "cannot write the journal" in shown(app))
        assert not app.engine.running
        assert "mend the folder" in shown(app)
    await app.engine.close()
    app.draft.close()


async def test_a_fault_of_the_program_is_a_card_not_a_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def faulty(*_: object, **__: object) -> None:
        raise KeyError("[/oops]")

    monkeypatch.setattr(watched_run.WatchedRun, "carry_out", faulty)
    app = kept_app()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "an internal error ended the run" in shown(app))
        assert "KeyError" in shown(app)
    assert await app.engine.close() == 4
    app.draft.close()


async def test_a_run_takes_its_clusters_name_and_the_answers_with_it(fake_runs: list[str]) -> None:
    app = kept_app()
    assert app.draft.name == "demo"
    app.engine.start(app.draft.spec(), app.draft)
    async with asyncio.timeout(10):
        while app.engine.state.start is None:  # noqa: ASYNC110 - a fold is polled, as the page does
            await asyncio.sleep(0.01)
    assert app.draft.name == "demo"
    assert drafts.read(app.draft.session.answers)["cluster"] == {"name": "demo"}
    app.engine.cancel()
    assert await app.engine.close() == 130
    assert fake_runs == ["stop", "leave"]
    app.draft.close()


async def test_leaving_lets_a_run_go_on(fake_runs: list[str]) -> None:
    app = kept_app()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.engine.state.start)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("right", "enter")
    assert app.return_value == 0
    assert app.engine.goes_on
    assert await app.engine.close() == 0
    assert fake_runs == ["leave"]
    app.draft.close()


async def test_stopping_it_and_leaving_waits_for_its_end(fake_runs: list[str]) -> None:
    app = kept_app()
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.engine.state.start)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press("right", "right", "enter")
    assert app.return_value == 130
    assert await app.engine.close() == 130
    assert fake_runs == ["stop", "leave"]
    app.draft.close()


async def test_a_cancelled_run_of_the_past_is_shown_as_cancelled() -> None:
    app = deploying(FakeEngine(state_of(cancelled(), Clock())))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "cancelled" in shown(app)
        assert "! The run was stopped" in shown(app)

"""The audit page, over a recorded audit and over hosts that say anything."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
import recordings
from support import HOSTILE, SIZE, WIDE, shown, until

from tui_installer.errors import ConnectionFailed
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.screens.audit.screen import AuditPage
from tui_installer.front.tui.widgets.result_tables import ResultTable
from tui_installer.model.audit import Audit, Judged, Result, Verdict

if TYPE_CHECKING:
    from textual.pilot import Pilot

RECORDED = recordings.audit()


def failing(audit: Audit) -> Audit:
    """The last two controls fail."""
    bad = {"master01": Verdict(Result.FAIL, "--bind-address=0.0.0.0")}
    *rest, one, other = audit.controls
    failed = (dataclasses.replace(control, verdicts=bad) for control in (one, other))
    return dataclasses.replace(audit, controls=(*rest, *failed))


class Room(recordings.RecordedEngineRoom):
    """FAKE: answers with an audit, or raises an error, once it is let go."""

    def __init__(self, answer: Audit | ConnectionFailed = RECORDED) -> None:
        super().__init__("run")
        self.answer, self.asked = answer, 0
        self.go = asyncio.Event()
        self.go.set()

    async def audit(self, spec: Any) -> Audit:
        self.asked += 1
        await self.go.wait()
        if isinstance(self.answer, ConnectionFailed):
            raise self.answer
        return self.answer


def done_page(room: Room, data: dict[str, Any] | None = None) -> WizardApp:
    draft = Draft(data or recordings.answers())
    draft.first_open_page()
    return WizardApp(draft, room, first="done")


async def opened(app: WizardApp, pilot: Pilot[Any]) -> ResultTable:
    await pilot.pause()
    await pilot.press("a")
    await until(pilot, lambda: isinstance(app.screen, AuditPage))
    table = app.screen.query_one("#controls", ResultTable)
    await until(pilot, lambda: table.row_count == len(RECORDED.controls))
    return table


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_it_opens_from_the_done_page_and_goes_back_there(size: tuple[int, int]):
    app = done_page(Room())
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        counts = f"{RECORDED.count(Result.FAIL)} fail, {RECORDED.count(Result.PASS)} pass"
        await until(pilot, lambda: counts in shown(app))
        await until(pilot, lambda: RECORDED.controls[0].title[:20] in shown(app))
        assert "Refresh" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "DonePage")
        assert len(app.screen_stack) == 2


async def test_the_cursor_chooses_what_is_told_in_full():
    app = done_page(Room(failing(RECORDED)))
    last = RECORDED.controls[-1]
    async with app.run_test(size=WIDE) as pilot:
        await opened(app, pilot)
        await pilot.press("2", "down", "down")
        fix = " ".join(last.fix.split()[:2])
        await until(pilot, lambda: f"{last.number}  {last.title[:20]}" in shown(app))
        await until(pilot, lambda: f"Fix: {fix}" in shown(app))


@pytest.mark.parametrize(
    ("key", "result"), [("2", Result.FAIL), ("3", Result.PASS), ("4", Result.NOT_APPLICABLE)]
)
async def test_numbers_filter_by_result(key: str, result: Result):
    audit = failing(RECORDED)
    app = done_page(Room(audit))
    async with app.run_test(size=SIZE) as pilot:
        table = await opened(app, pilot)
        await pilot.press("down", "down", key)
        await until(pilot, lambda: table.row_count == audit.count(result))
        await until(pilot, lambda: table.cursor_row == 0)
        await pilot.press("1")
        await until(pilot, lambda: table.row_count == len(RECORDED.controls))


async def test_where_nothing_fails_the_filter_says_so():
    app = done_page(Room())
    async with app.run_test(size=SIZE) as pilot:
        table = await opened(app, pilot)
        await pilot.press("2")
        await until(pilot, lambda: table.row_count == 0)
        await until(pilot, lambda: "No control has this result." in shown(app))


async def test_it_is_found_in_the_command_palette_and_by_its_key_on_every_page():
    app = done_page(Room())
    async with app.run_test(size=SIZE) as pilot:
        app.go("cluster")
        await pilot.pause()
        await pilot.press("ctrl+p", *"audit the")
        await until(pilot, lambda: "Audit the running cluster" in shown(app))
        await pilot.press("escape", "escape")
        app.go("token")
        await pilot.pause()
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, AuditPage))
        await pilot.press("f9", "escape")
        await until(pilot, lambda: type(app.screen).__name__ == "TokenPage")


async def test_while_the_hosts_are_asked_the_page_lives_and_asks_once():
    room = Room()
    room.go.clear()
    app = done_page(room)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await until(pilot, lambda: "reading the hosts" in shown(app))
        await pilot.press("ctrl+r", "2", "1")
        assert room.asked == 1
        room.go.set()
        await until(pilot, lambda: "1.1.1 " in shown(app))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: room.asked == 2)


async def test_leaving_before_the_answer_comes_is_no_trouble():
    room = Room()
    room.go.clear()
    app = done_page(room)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await until(pilot, lambda: "reading the hosts" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "DonePage")
        room.go.set()
        await until(pilot, lambda: not room._others)
        assert type(app.screen).__name__ == "DonePage"


async def test_hosts_that_cannot_be_asked_are_told_with_what_to_do():
    error = ConnectionFailed("no way in", details=("master02: refused",), hint="try the door")
    app = done_page(Room(error))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await until(pilot, lambda: "✗ no way in" in shown(app))
        await until(pilot, lambda: "master02: refused" in shown(app))
        assert "→ try the door" in shown(app)


async def test_answers_to_mend_are_told_not_asked_with():
    room = Room()
    app = done_page(room, {"hosts": [{"address": "nonsense"}]})
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await until(pilot, lambda: "answers need fixing" in shown(app))
        assert room.asked == 0


async def test_on_the_start_page_there_is_nothing_to_audit():
    app = WizardApp(Draft(), Room())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f9")
        await pilot.pause()
        assert not isinstance(app.screen, AuditPage)


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_what_hosts_say_is_only_ever_text(size: tuple[int, int]):
    verdicts = [{text[:30]: Verdict(Result.FAIL, text)} for text in HOSTILE]
    controls = tuple(
        Judged(f"1.{n}", HOSTILE[n], HOSTILE[n], one) for n, one in enumerate(verdicts)
    )
    app = done_page(Room(dataclasses.replace(RECORDED, controls=controls)))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await until(pilot, lambda: f"{len(HOSTILE)} fail" in shown(app))
        for _ in HOSTILE:
            await pilot.pause()
            assert "\x1b" not in shown(app)
            assert "\u202e" not in shown(app)
            await pilot.press("down")

"""A session whose rotation was cut: the wizard goes on with the rotation, or installs instead."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
import recordings
from recordings import RecordedEngineRoom
from support import SIZE, WIDE, shown, until, wizard

from scripts import FakeEngine, begun, state_of
from tui_installer.actions.host_checks import host_pool
from tui_installer.actions.runs import background, watched_run
from tui_installer.actions.sessions import drafts
from tui_installer.engine.cluster import stored
from tui_installer.engine.operations import INSTALL, OPERATIONS, ROTATE_ENCRYPTION
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.front.tui.screens.review.screen import ReviewPage
from tui_installer.front.tui.screens.start.session_list import sessions
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.model.run.events import RunStarted
from tui_installer.pki import tokens
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No host is connected to from here."""
    monkeypatch.setattr(host_pool.HostPool, "want", lambda *args, **more: None)


def rotating(folder: Path) -> SessionFolder:
    session = SessionFolder(folder)
    keys = [EncryptionKey(f"key{n}", tokens.encryption_key()) for n in (2, 1)]
    stored.write_encryption_keys(session, keys)
    return session


@pytest.fixture
def cut(own_home: Path) -> SessionFolder:
    """An installed session with a rotation under way."""
    session = rotating(own_home / "state" / "demo")
    drafts.write(recordings.answers(), session.answers)
    session.write_result({"exit_code": 0})
    return session


@pytest.fixture
def resumed(cut: SessionFolder) -> Iterator[Draft]:
    draft = Draft.resume(cut.answers)
    yield draft
    draft.close()


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_the_start_page_says_so(cut: SessionFolder, size: tuple[int, int]) -> None:
    assert [one.how_far for one in sessions()] == ["cut: encryption-rotate"]
    app = wizard()
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "! cut: encryption-rotate" in shown(app))


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_the_review_and_the_deploy_page_go_on_with_it(
    resumed: Draft, size: tuple[int, int]
) -> None:
    app = WizardApp(resumed, RecordedEngineRoom(), first="review")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "F8 to start: Rotate the encryption key" in said(app))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "Press Enter to start: Rotate the encryption key" in said(app))
        assert ROTATE_ENCRYPTION.restarts in said(app)


async def test_an_install_can_be_chosen_instead_and_not_chosen_again(resumed: Draft) -> None:
    app = WizardApp(resumed, RecordedEngineRoom(), first="review")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "start: Rotate the encryption key" in said(app))
        await until(pilot, lambda: "o Other" in said(app))
        await pilot.press("o")
        await until(pilot, lambda: "start: Install" in said(app))
        await pilot.press("o")
        await until(pilot, lambda: "start: Rotate the encryption key" in said(app))


async def test_where_nothing_was_cut_there_is_nothing_to_choose() -> None:
    app = WizardApp(Draft(recordings.answers()), RecordedEngineRoom(), first="review")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "start: Install" in said(app))
        assert "o Other" not in said(app)
        await pilot.press("o")
        assert isinstance(app.screen, ReviewPage)
        assert not app.engine.install_instead


@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_deploy_page_names_the_operation_that_runs(name: str) -> None:
    one = OPERATIONS[name]
    _, *rest = begun()
    start = RunStarted("demo", "v1", ("master01",), ("a",), operation=name, title=one.title)
    app = WizardApp(
        Draft(recordings.answers()), FakeEngine(state_of(iter((start, *rest)))), first="deploy"
    )
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: f"{one.title}: the run carries out the plan" in said(app))


@pytest.mark.parametrize("instead", [False, True])
async def test_the_run_is_ordered_for_the_operation(
    resumed: Draft, monkeypatch: pytest.MonkeyPatch, *, instead: bool
) -> None:
    ordered: list[background.Order] = []

    async def carry_out(self: object, order: background.Order, *_: object) -> int:
        ordered.append(order)
        return 0

    monkeypatch.setattr(watched_run.WatchedRun, "carry_out", carry_out)
    engine = EngineRoom()
    engine.install_instead = instead
    spec = resumed.spec()
    assert spec is not None
    engine.start(spec, resumed)
    async with asyncio.timeout(20):
        while engine.running:  # noqa: ASYNC110 - a run is polled, as the page does
            await asyncio.sleep(0.01)
    await engine.close()
    (order,) = ordered
    assert OPERATIONS[order.operation] is (INSTALL if instead else ROTATE_ENCRYPTION)
    assert order.verify is instead


def said(app: WizardApp) -> str:
    return " ".join(shown(app).split())


def test_the_session_is_shown_as_cut_on_the_command_line(cut: SessionFolder, capsys) -> None:
    from tui_installer import cli  # noqa: PLC0415 - the other tests need none of it

    assert cli.run(["sessions", "list", "--output", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["sessions"]
    assert one["outcome"] == "cut: encryption-rotate"

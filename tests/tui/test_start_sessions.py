"""Sessions renamed, deleted, exported and imported on the start page, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import SIZE, WIDE, hosts, shown, type_text, until, wizard

from tui_installer.actions.host_checks import host_pool
from tui_installer.actions.sessions import drafts
from tui_installer.front.tui.screens.hosts.screen import HostsPage
from tui_installer.front.tui.screens.start.screen import StartScreen
from tui_installer.store import session_lock
from tui_installer.store.session_lock import SessionLock

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from tui_installer.front.tui.app import WizardApp


@pytest.fixture(autouse=True)
def no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No host is connected to from here."""
    monkeypatch.setattr(host_pool.HostPool, "want", lambda *args, **more: None)


@pytest.fixture
def prod(own_home: Path) -> Path:
    """The folder of a session with a CA's key."""
    folder = own_home / "state" / "prod"
    (folder / "pki").mkdir(parents=True)
    (folder / "pki" / "ca-key.pem").write_text("key")
    answers = {"apiVersion": "tui-installer/v1", "cluster": {"name": "prod"}, "hosts": hosts()}
    drafts.write(answers, folder / "answers.yaml")
    return folder


def keeps(folder: Path) -> bool:
    """A session and its key are there."""
    return (folder / "pki" / "ca-key.pem").exists()


def move(folder: Path, to: Path) -> None:
    folder.rename(to)


async def on_it(app: WizardApp, pilot: Pilot[int]) -> None:
    """The cursor is on the first session."""
    await until(pilot, lambda: "Continue" in shown(app))
    await pilot.press("down", "down", "down")
    await until(pilot, lambda: app.screen.chosen is not None)


async def said(app: WizardApp, pilot: Pilot[int], text: str) -> None:
    await until(pilot, lambda: text in " ".join(shown(app).split()))


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_its_keys_are_shown_while_the_cursor_is_on_one(prod: Path, size) -> None:
    app = wizard()
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Continue" in shown(app))
        assert "Rename" not in shown(app)
        await on_it(app, pilot)
        await until(pilot, lambda: "Rename" in shown(app) and "Delete" in shown(app))


async def test_it_is_renamed(prod: Path) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await on_it(app, pilot)
        await pilot.press("r")
        await said(app, pilot, "Name of the session")
        await pilot.press("ctrl+u")
        await type_text(pilot, "stage")
        await pilot.press("enter")
        await said(app, pilot, "Renamed.")
        await until(pilot, lambda: "stage" in shown(app))
    assert keeps(prod.parent / "stage")
    assert not keeps(prod)


@pytest.mark.parametrize("typed", ["pro", "PROD", ""])
async def test_it_is_deleted_only_by_its_name(prod: Path, typed: str) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await on_it(app, pilot)
        await pilot.press("d")
        await said(app, pilot, "the only copy of the root CA's key")
        await type_text(pilot, typed)
        await pilot.press("enter")
        await said(app, pilot, "nothing was deleted")
        assert keeps(prod)
        await pilot.press("d")
        await said(app, pilot, "Delete the session prod?")
        await type_text(pilot, "prod")
        await pilot.press("enter")
        await said(app, pilot, "Deleted.")
    assert not keeps(prod)


async def test_one_that_somebody_works_on_is_not_deleted(prod: Path) -> None:
    app = wizard()
    with SessionLock.take(prod, session_lock.RUN):
        async with app.run_test(size=SIZE) as pilot:
            await on_it(app, pilot)
            await pilot.press("d")
            await said(app, pilot, "Delete the session prod?")
            await type_text(pilot, "prod")
            await pilot.press("enter")
            await said(app, pilot, "the session prod is in use")
    assert keeps(prod)


async def test_the_answers_are_exported(prod: Path, tmp_path: Path) -> None:
    app = wizard()
    file = tmp_path / "out.yaml"
    async with app.run_test(size=SIZE) as pilot:
        await on_it(app, pilot)
        await pilot.press("x")
        await said(app, pilot, "The answers contain no secret")
        await pilot.press("enter")
        await said(app, pilot, "Export to")
        await pilot.press("ctrl+u")
        await type_text(pilot, str(file))
        await pilot.press("enter")
        await said(app, pilot, "Answers exported to")
    assert drafts.read(file)["cluster"] == {"name": "prod"}


async def test_leaving_the_question_exports_nothing(prod: Path) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await on_it(app, pilot)
        await pilot.press("x")
        await said(app, pilot, "The answers contain no secret")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        assert "Export to" not in shown(app)


async def test_all_of_it_goes_out_and_comes_in_again(prod: Path, tmp_path: Path) -> None:
    app = wizard()
    file = tmp_path / "out.session"
    async with app.run_test(size=SIZE) as pilot:
        await on_it(app, pilot)
        await pilot.press("x")
        await said(app, pilot, "The answers contain no secret")
        await pilot.press("right", "enter")
        await said(app, pilot, "Export to")
        await pilot.press("ctrl+u")
        await type_text(pilot, str(file))
        await pilot.press("enter")
        for prompt in ("New passphrase", "Again"):
            await said(app, pilot, prompt)
            await type_text(pilot, "correct horse")
            await pilot.press("enter")
        await said(app, pilot, "Session exported to")
        assert b"key" not in file.read_bytes()[200:]
        move(prod, tmp_path / "away")

        await pilot.press("i")
        await said(app, pilot, "Import the session file")
        await type_text(pilot, str(file))
        await pilot.press("enter")
        await said(app, pilot, "Passphrase of")
        await type_text(pilot, "battery staple")
        await pilot.press("enter")
        await said(app, pilot, "Wrong passphrase")
        await type_text(pilot, "correct horse")
        await pilot.press("enter")
        await said(app, pilot, "Imported.")
    assert (prod / "pki" / "ca-key.pem").read_text() == "key"


async def test_going_back_to_the_start_lets_the_session_go(prod: Path) -> None:
    app = wizard()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await on_it(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, StartScreen))
        assert session_lock.held(prod)
        app.go("hosts")
        await until(pilot, lambda: isinstance(app.screen, HostsPage))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        await until(pilot, lambda: not session_lock.held(prod))
        await pilot.press("ctrl+g")
        await said(app, pilot, "Choose an installation first.")
        assert isinstance(app.screen, StartScreen)

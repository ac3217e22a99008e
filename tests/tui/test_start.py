"""The start page by keys alone."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest
from support import SIZE, WIDE, hosts, shown, type_text, until, wizard

from tui_installer.actions.host_checks import host_pool
from tui_installer.actions.sessions import drafts
from tui_installer.errors import InstallerError
from tui_installer.front.tui.screens.deploy.screen import DeployPage
from tui_installer.front.tui.screens.hosts.screen import HostsPage
from tui_installer.front.tui.screens.start import lab_hosts, session_list
from tui_installer.front.tui.screens.start.screen import StartScreen
from tui_installer.model.run.events import Level, LogLine, RunFinished, RunStarted
from tui_installer.store import session_lock
from tui_installer.store.journal import Journal


@pytest.fixture(autouse=True)
def no_checks(monkeypatch):
    """No host is connected to from here."""
    monkeypatch.setattr(host_pool.HostPool, "want", lambda *args, **more: None)


def begin(home, folder, data, age=0.0):
    file = home / "state" / folder / "answers.yaml"
    file.parent.mkdir(parents=True)
    drafts.write({"apiVersion": "tui-installer/v1", **data}, file)
    os.utime(file, (time.time() - age,) * 2)
    return file


async def on(app, pilot, page):
    await until(pilot, lambda: isinstance(app.screen, page))


async def test_a_new_installation_begins_on_the_hosts_page_and_is_kept(own_home):
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await on(app, pilot, HostsPage)
        await pilot.press("a")
        await pilot.pause()
        await type_text(pilot, "192.0.2.11")
        app.draft.close()
        [file] = (own_home / "state").glob("new-*/answers.yaml")
        assert drafts.read(file)["hosts"] == [{"address": "192.0.2.11"}]


async def test_nothing_is_written_before_the_first_answer(own_home):
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("n")
        await on(app, pilot, HostsPage)
        await pilot.press("escape")
        await on(app, pilot, StartScreen)
        assert session_list.sessions() == []
    app.draft.close()
    assert list((own_home / "state").iterdir()) == []


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_sessions_are_listed_the_newest_first(own_home, size):
    new = "new-20260101-10000"
    file = begin(own_home, "prod", {"cluster": {"name": "b"}, "hosts": hosts()}, age=7300)
    (file.parent / "result.json").write_text(json.dumps({"exit_code": 0}))
    hostile = {"cluster": {"name": "[/foo]"}, "hosts": hosts("192.0.2.9")}
    begin(own_home, f"{new}1", hostile, age=90000)
    begin(own_home, f"{new}2", {"cluster": {"name": "stage"}, "hosts": []}, age=130)
    app = wizard()
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Continue" in shown(app))
        lines = shown(app).splitlines()
        at = next(n for n, line in enumerate(lines) if "Continue" in line)
        words = [line.split() for line in lines[at + 1 : at + 4]]
        assert words[0][:5] == ["stage", "0", "hosts", "!", "to"]
        assert words[1] == ["prod", "3", "hosts", "✓", "verified", "2", "hours", "ago"]
        assert words[2][0] == "[/foo]"


async def test_continuing_goes_where_something_is_to_mend_and_keeps_the_file(own_home):
    file = begin(own_home, "a", {"hosts": [{"address": "192.0.2.11"}, {"address": "wrong"}]})
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Continue" in shown(app))
        await pilot.press("down", "down", "down", "enter")
        await on(app, pilot, HostsPage)
        app.draft.set("hosts.1.address", "192.0.2.12")
        app.draft.close()
    assert drafts.read(file)["hosts"][1] == {"address": "192.0.2.12"}


async def test_broken_sessions_are_listed_as_such(own_home):
    for name, text in {"a": "hosts: [", "b": "", "c": "- 1"}.items():
        folder = own_home / "state" / name
        folder.mkdir(parents=True)
        (folder / "answers.yaml").write_text(text)
    assert {one.name: one.how_far for one in session_list.sessions()} == dict.fromkeys(
        "abc", "cannot be read"
    )


async def test_a_session_that_another_wizard_has_is_not_opened(own_home):
    file = begin(own_home, "a", {"hosts": hosts()})
    with session_lock.SessionLock.take(file.parent, session_lock.WIZARD):
        app = wizard()
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: "Continue" in shown(app))
            await pilot.press("down", "down", "down", "enter")
            await until(pilot, lambda: "the session a is in use" in shown(app))
            assert isinstance(app.screen, StartScreen)


async def test_a_session_with_a_run_is_watched_and_no_more(own_home):
    file = begin(own_home, "a", {"hosts": hosts()})
    with (
        session_lock.SessionLock.take(file.parent, session_lock.RUN),
        Journal(file.parent / "journal.jsonl") as journal,
    ):
        journal.record(RunStarted("a", "v1.37.2", ("master01",), ("etcd",)))
        journal.record(LogLine("master01", "etcd", Level.INFO, "as it goes"))
        app = wizard()
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda: "running" in shown(app))
            await pilot.press("down", "down", "down", "enter")
            await on(app, pilot, DeployPage)
            await until(pilot, lambda: app.engine.state.history.last)
            app.go("hosts")
            assert isinstance(app.screen, DeployPage)
            journal.record(RunFinished(0, 3.0, 4, 0, ()))
            await until(pilot, lambda: app.engine.state.finish)
            assert not app.engine.running


async def test_an_answers_file_with_a_wrong_value_opens_where_it_is_wrong(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("apiVersion: tui-installer/v1\nhosts: [{address: nonsense}]\n")
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("o")
        await pilot.pause()
        app.screen.query_one("Input").value = str(file)
        await pilot.press("enter")
        await on(app, pilot, HostsPage)
        assert app.draft.data["hosts"] == [{"address": "nonsense"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hosts: [*x]\n a: b\n", "x.yaml:1:9"),
        ("hosts: 1\nhosts: 2\n", "x.yaml:2:1"),
        ("- [/foo]\n", "want keys and values"),
        (None, "cannot read"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_place_and_the_dialog_stays(
    tmp_path, monkeypatch, text, said
):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "x.yaml").write_text(text)
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("o")
        await pilot.pause()
        await type_text(pilot, "x.yaml")
        await pilot.press("enter")
        await until(pilot, lambda: said in shown(app).replace("\n", ""))
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, StartScreen)


async def test_lab_hosts_are_made_with_narration_and_give_the_answers(monkeypatch):
    seen = threading.Event()

    def up(say):
        say("lab demo: 3 hosts")
        assert seen.wait(60)
        return {"apiVersion": "tui-installer/v1", "hosts": hosts()}

    monkeypatch.setattr(lab_hosts, "up", up)
    monkeypatch.setattr(lab_hosts, "missing", lambda: "")
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("l")
        await until(pilot, lambda: "lab demo: 3 hosts" in shown(app))
        seen.set()
        await on(app, pilot, HostsPage)
        assert len(app.draft.data["hosts"]) == 3


async def test_lab_hosts_that_cannot_be_made_say_why(monkeypatch):
    def up(say):
        raise InstallerError("programs are missing", hint="apt-get install -y systemd-container")

    monkeypatch.setattr(lab_hosts, "up", up)
    monkeypatch.setattr(lab_hosts, "missing", lambda: "")
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("l")
        await until(pilot, lambda: "apt-get install" in shown(app))
        await pilot.press("escape")
        await on(app, pilot, StartScreen)


async def test_without_root_the_lab_is_refused_with_the_reason(monkeypatch):
    monkeypatch.setattr(lab_hosts, "missing", lambda: "it needs root")
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("l")
        await pilot.pause()
        assert "it needs root" in shown(app)


async def test_an_empty_draft_is_what_the_answers_begin_with():
    assert wizard().draft.data == drafts.fresh()

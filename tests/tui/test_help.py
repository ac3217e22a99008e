"""The help panel: the page, its focused field, every key that works, to the end by keys alone."""

from __future__ import annotations

import pytest
from support import SIZE, hosts, shown, until
from walking import app_of

from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.pages import ORDER
from tui_installer.front.tui.widgets.help_panel import HelpPanel

DATA = {"apiVersion": "tui-installer/v1", "hosts": hosts()}


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("ctrl+s", "Ctrl+S"), ("r", "r"), ("R", "R"), ("alt+up,K", "Alt+↑"), ("escape", "Esc"),
        ("f1,question_mark", "F1"), ("pageup", "PgUp"), ("less_than_sign", "<"),
    ],
)  # fmt: skip
def test_keys_are_told_as_a_person_reads_them(key: str, told: str):
    assert Command(key, "x", "X", "").shown_key == told


async def test_it_tells_about_the_field_with_the_focus():
    app = app_of(DATA, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f1")
        await until(pilot, lambda: "The name of the cluster and of its session" in shown(app))
        await pilot.press("tab")
        await until(pilot, lambda: "The address of the API server for clients" in shown(app))


@pytest.mark.parametrize("page", ORDER)
async def test_its_last_line_is_reached_by_f1_and_then_it_goes(page: str):
    app = app_of(DATA, page)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        panel = app.screen.query_one(HelpPanel)
        seen = ""
        for _ in range(10):
            await pilot.press("f1")
            await pilot.pause()
            if not panel.display:
                break
            seen += shown(app)
        assert not panel.display
        assert "Search all commands" in seen
        assert app.screen.INFO.help.split()[0] in seen
        for command in (*app.screen.KEYS, *app.KEYS):
            assert command.about.split()[-1] in seen, command


async def test_footer_and_hint_stay_beside_it():
    app = app_of(DATA, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Quit" in shown(app))
        before = shown(app).splitlines()[-1]
        await pilot.press("f1")
        await until(pilot, lambda: "By hand" in shown(app))
        assert shown(app).splitlines()[-1] == before

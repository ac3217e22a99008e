"""The first frame: which modules it loads, and that style sheets are parsed only once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
from support import SIZE, shown, until, wizard
from textual.color import Color
from textual.css.stylesheet import Stylesheet

from tui_installer.front.tui import themes
from tui_installer.front.tui.screens.start.screen import StartScreen

LARGE = {"asyncssh", "cryptography", "httpx", "pydantic", "yaml", "zstandard"}
OF_LATER = {
    f"tui_installer.{name}"
    for name in (
        "actions.sessions.drafts", "actions.sessions.listing", "kubernetes", "lab.lab",
        "model.run.events", "model.spec", "remote",
    )
}  # fmt: skip
DECLARATIONS = {
    f"tui_installer.engine{name}"
    for name in (
        "", ".core", ".core.operation", ".operations", ".operations.install",
        ".operations.install.declaration", ".operations.rotation",
        ".operations.rotation.declaration",
    )
}  # fmt: skip
"""The only engine modules in the first frame: what the command line has to know of operations."""
SCRIPT = """
import gc, json, sys
from tui_installer import cli
from tui_installer.front.tui import main
from tui_installer.front.tui.screens.start import screen

main.require_terminal = lambda: None
screen._sessions = list  # sessions are read after the first frame
code = cli.run([])
print(json.dumps([code, gc.isenabled(), gc.get_freeze_count() > 0, sorted(sys.modules)]))
"""


@pytest.mark.parametrize("name", sorted(LARGE | OF_LATER | DECLARATIONS))
def test_every_module_named_here_exists(name: str):
    assert find_spec(name)


def test_the_start_page_loads_nothing_that_it_does_not_show():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "TEXTUAL_DRIVER": "textual.drivers.headless_driver:HeadlessDriver",
            "TEXTUAL_PRESS": "ctrl+q",
        },
    )
    assert done.returncode == 0, done.stderr
    code, collects, leaves_alone, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert "tui_installer.front.tui.widgets.help_panel" in modules  # the page was there
    assert not set(modules) & (LARGE | OF_LATER)
    assert {name for name in modules if name.startswith("tui_installer.engine")} <= DECLARATIONS
    assert collects
    assert leaves_alone


@pytest.mark.parametrize("name", ["dusk", "paper"])
async def test_style_sheets_are_parsed_once_with_the_colours_of_the_chosen_theme(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    again: list[Stylesheet] = []
    monkeypatch.setattr(Stylesheet, "reparse", again.append)
    themes.remember(name)
    app = wizard()
    theme = app.available_themes[name]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert app.theme == name
        assert app.has_class("-dark-mode") == theme.dark
        assert app.screen.styles.background == Color.parse(str(theme.background))
        assert again == []


async def test_a_terminal_that_is_too_small_at_first_shows_the_page_once_there_is_room():
    app = wizard()
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: "Please enlarge the terminal" in shown(app))
        await pilot.resize_terminal(*SIZE)
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        assert "New installation" in shown(app)


@pytest.mark.parametrize("page", ["hosts", "review"])
async def test_another_page_can_be_the_first_with_the_start_page_behind_it(page: str):
    app = wizard({"apiVersion": "tui-installer/v1", "hosts": []}, first=page)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: getattr(app.screen, "INFO", None) and app.screen.INFO.id == page)
        assert isinstance(app.screen_stack[0], StartScreen)

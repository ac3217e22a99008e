"""What a run does when its terminal is gone: chosen in the wizard, kept in the settings."""

from __future__ import annotations

from support import SIZE, shown, until, wizard

from tui_installer.actions import settings
from tui_installer.front.tui.screens.start.screen import StartScreen


async def choose(*keys: str) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "New installation" in shown(app))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "When the terminal of a run closes" in shown(app))
        assert ("Now it goes on." if settings.goes_on() else "Now it stops.") in shown(app)
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        await pilot.pause()


async def test_it_goes_on_unless_one_says_otherwise() -> None:
    assert settings.goes_on()
    await choose("right", "right", "enter")
    assert not settings.goes_on()
    await choose("escape")
    assert not settings.goes_on()
    await choose("right", "enter")
    assert settings.goes_on()


async def test_other_settings_stay() -> None:
    settings.write({"theme": "paper"})
    await choose("right", "right", "enter")
    assert settings.read()["theme"] == "paper"


async def test_settings_that_cannot_be_written_are_told() -> None:
    (settings.folder() / settings.FILE).mkdir(parents=True)
    app = wizard()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until(pilot, lambda: "New installation" in shown(app))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "When the terminal of a run closes" in shown(app))
        await pilot.press("right", "enter")
        await until(pilot, lambda: "Not saved: cannot write" in shown(app))

"""The footer shows the keys that work now, and is left alone while they stay the same."""

from __future__ import annotations

from support import SIZE, hosts, until
from textual.widgets import Input
from textual.widgets._footer import FooterKey
from walking import app_of

DATA = {"apiVersion": "tui-installer/v1", "hosts": hosts()}


def keys(app) -> list[FooterKey]:
    return list(app.screen.query(FooterKey))


async def test_tab_to_a_field_with_the_same_keys_keeps_every_widget_of_it():
    app = app_of(DATA, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(app.focused, Input) and keys(app))
        await pilot.pause()  # the page may still be about to say which keys work
        before, first = keys(app), app.focused
        await pilot.press("tab")
        await pilot.pause()
        assert isinstance(app.focused, Input)
        assert app.focused is not first
        assert keys(app) == before


async def test_tab_to_what_has_other_keys_shows_those():
    app = app_of(DATA, "sans")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: keys(app))
        in_the_list = [(one.key, one.description) for one in keys(app)]
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await until(pilot, lambda: [(o.key, o.description) for o in keys(app)] != in_the_list)
        shown = {binding.binding.key for binding in app.screen.active_bindings.values()}
        assert {one.key for one in keys(app)} <= shown
        await pilot.press("shift+tab")
        await until(pilot, lambda: [(o.key, o.description) for o in keys(app)] == in_the_list)

"""Walks through the pages by keys alone, as a person who looks at everything would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recordings import RecordedEngineRoom
from textual.widgets import Input, TextArea

from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot
    from textual.widget import Widget

ASKING = ("hosts", "cluster", "sans", "token", "certificates")
"""The pages with answers of their own."""
FORMS = {"hosts": ("e", "s")}
"""Keys that open further fields on a page."""


def app_of(data: dict[str, Any] | None, first: str = "") -> WizardApp:
    """The wizard over answers that nobody saves, and over recorded hosts."""
    return WizardApp(Draft(data), RecordedEngineRoom(), first=first)


async def show(app: WizardApp, pilot: Pilot[Any], page: str, form: str = "") -> None:
    """A page, and a form on it that a key opens."""
    app.go(page)
    await pilot.pause()
    if form:
        await pilot.press(form)
        await pilot.pause()


async def fields(app: WizardApp, pilot: Pilot[Any], page: str) -> AsyncIterator[Widget]:
    """Each widget of a page that takes the focus, focused by Tab; those of its forms too."""
    for form in ("", *FORMS.get(page, ())):
        await show(app, pilot, page, form)
        async for widget in _round(app, pilot):
            yield widget


async def _round(app: WizardApp, pilot: Pilot[Any]) -> AsyncIterator[Widget]:
    seen: list[Widget] = []
    while app.focused is not None and app.focused not in seen:
        seen.append(app.focused)
        yield app.focused
        await pilot.press("tab")
        await pilot.pause()


async def inputs(app: WizardApp, pilot: Pilot[Any], page: str) -> AsyncIterator[Input | TextArea]:
    """Those of the widgets that take text."""
    async for widget in fields(app, pilot, page):
        if isinstance(widget, Input | TextArea):
            yield widget


def text_of(widget: Input | TextArea) -> str:
    return widget.value if isinstance(widget, Input) else widget.text

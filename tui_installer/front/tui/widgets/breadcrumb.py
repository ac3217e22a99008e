"""The pages in a row: the current one, and how each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui_installer.front.tui.pages import PAGES
from tui_installer.front.tui.standing import Standing, standing

if TYPE_CHECKING:
    from textual.events import Click

    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.pages import PageInfo
    from tui_installer.front.tui.wizard import Wizard

EVERY = 0.5
"""Seconds between two looks at checks and runs, which go on beside the pages."""
STYLES = {
    Standing.OPEN: "$text-muted",
    Standing.BUSY: "$state-run",
    Standing.WRONG: "$text-warning",
    Standing.GOOD: "$text-success",
}


class Breadcrumb(Static):
    """``✓ Hosts  ! Cluster  ▸ SANs …``; a visited page can be clicked."""

    app: Wizard

    def __init__(self, current: str, draft: Draft) -> None:
        super().__init__(id="breadcrumb", markup=False)
        self._current, self._draft = current, draft
        self._standings: tuple[Standing, ...] = ()

    def on_mount(self) -> None:
        self.refresh_state()
        self.set_interval(EVERY, self.refresh_state)

    def refresh_state(self) -> None:
        found = tuple(standing(info, self._draft, self.app.engine) for info in PAGES)
        if found != self._standings:
            self._standings = found
            parts = map(self._part, PAGES, found)
            self.update(Content(" ").join(parts), layout=False)

    def _part(self, info: PageInfo, found: Standing) -> Content:
        if info.id == self._current:
            glyph = found if found is Standing.WRONG else "▸"
            return Content.styled(f"{glyph} {info.title}", "bold reverse")
        return Content.styled(f"{found} {info.title}", STYLES[found])

    def on_click(self, event: Click) -> None:
        left = 0
        for info in PAGES:
            right = left + len(info.title) + 2
            if left <= event.x < right and info.id in self._draft.reached:
                self.app.go(info.id)
            left = right + 1

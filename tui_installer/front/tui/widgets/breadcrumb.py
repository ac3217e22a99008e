"""The pages in a row: the current one, those done, those with problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui_installer.front.tui.pages import PAGES

if TYPE_CHECKING:
    from textual.events import Click

    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.pages import PageInfo


class Breadcrumb(Static):
    """``✓ Hosts  ! Cluster  ▸ SANs …``; a visited page can be clicked."""

    def __init__(self, current: str, draft: Draft) -> None:
        super().__init__(id="breadcrumb", markup=False)
        self._current, self._draft = current, draft

    def on_mount(self) -> None:
        self.refresh_state()

    def refresh_state(self) -> None:
        parts = [self._part(info) for info in PAGES]
        self.update(Content(" ").join(parts), layout=False)

    def _part(self, info: PageInfo) -> Content:
        wrong = bool(self._draft.problems_of(info))
        reached = info.id in self._draft.reached
        if info.id == self._current:
            return Content.styled(f"{'!' if wrong else '▸'} {info.title}", "bold reverse")
        if not reached:
            return Content.styled(f"· {info.title}", "$text-muted")
        if wrong:
            return Content.styled(f"! {info.title}", "$text-warning")
        return Content.styled(f"✓ {info.title}", "$text-success")

    def on_click(self, event: Click) -> None:
        left = 0
        for info in PAGES:
            right = left + len(info.title) + 2
            if left <= event.x < right and info.id in self._draft.reached:
                self.app.go(info.id)  # type: ignore[attr-defined]
            left = right + 1

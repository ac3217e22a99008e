"""A group of fields under a heading; hidden while the answers do not need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widget import Widget

    from tui_installer.front.tui.draft import Draft


class FieldGroup(Vertical):
    """when: whether the current answers need the group."""

    DEFAULT_CSS = "FieldGroup { height: auto; }"

    def __init__(
        self, draft: Draft, title: str, *fields: Widget, when: Callable[[Draft], bool] | None = None
    ) -> None:
        super().__init__()
        self._draft, self._title, self._fields, self._when = draft, title, fields, when

    def compose(self) -> ComposeResult:
        if self._title:
            yield Static(self._title, classes="section", markup=False)
        yield from self._fields

    def on_mount(self) -> None:
        self.refresh_state()

    def refresh_state(self) -> None:
        """Shows or hides the group by the current answers."""
        self.display = self._when is None or self._when(self._draft)

"""A dialog that lists the themes and previews each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_installer.front.tui import themes
from tui_installer.front.tui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ThemePicker(Dialog[None]):
    """Enter applies and saves the theme, Esc restores the previous one."""

    BINDINGS: ClassVar = [Binding("escape", "back", "Back")]

    def compose_dialog(self) -> ComposeResult:
        self._before = self.app.theme
        yield Static("Theme", classes="dialog-title", markup=False)
        yield OptionList(*(Option(name, id=name) for name in self._names()))

    def _names(self) -> list[str]:
        return sorted(name for name in self.app.available_themes if name in themes.OURS)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self._names().index(self._before)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id:
            self.app.theme = event.option_id

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        themes.remember(event.option_id or self._before)
        self.dismiss()

    def action_back(self) -> None:
        self.app.theme = self._before
        self.dismiss()

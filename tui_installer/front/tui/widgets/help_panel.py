"""Help for a page and its focused field, its keys, and the tutorial's command for the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.commands import Command
    from tui_installer.front.tui.pages import PageInfo


class HelpPanel(VerticalScroll, can_focus=False):
    """Hidden until F1; not a modal, so the page can be used beside it. F1 again turns its pages."""

    def __init__(self, info: PageInfo, commands: tuple[Command, ...]) -> None:
        super().__init__(id="help")
        self._info, self._commands = info, commands
        self.display = False

    def compose(self) -> ComposeResult:
        yield Static(id="help-field", markup=False)
        yield Static(self._info.title, classes="help-title", markup=False)
        yield Static(self._info.help, markup=False)
        if self._info.by_hand:
            yield Static("By hand, as in the tutorial", classes="help-title -later", markup=False)
            yield Static(self._info.by_hand, classes="help-code", markup=False)
        yield Static("Keys", classes="help-title -later", markup=False)
        width = max(len(command.shown_key) for command in self._commands)
        yield Static(
            "\n".join(f"{c.shown_key:<{width}}  {c.about}" for c in self._commands), markup=False
        )
        yield Static(f"{'Ctrl+P':<{width}}  Search all commands.", markup=False)

    def on_mount(self) -> None:
        self.query_one("#help-field").display = False

    def turn(self) -> None:
        """Shows it, then its next page, and hides it after its last."""
        if not self.display:
            self.display = True
            self.scroll_home(animate=False)
        elif self.scroll_offset.y < self.max_scroll_y:
            self.scroll_page_down(animate=False)
        else:
            self.display = False

    def show_field(self, label: str, about: str) -> None:
        """Shows the purpose of the focused field at the top; '' hides it."""
        text = Content.assemble((label, "bold $text-primary"), f"\n{about}") if about else ""
        field = self.query_one("#help-field", Static)
        field.display = bool(about)
        field.update(text)
        self.scroll_home(animate=False)

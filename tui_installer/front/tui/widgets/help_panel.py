"""Help for a page: what it is for, its keys, and the tutorial's command for the same work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.commands import Command
    from tui_installer.front.tui.pages import PageInfo


class HelpPanel(VerticalScroll, can_focus=False):
    """Hidden until F1; not a modal, so the page can be used beside it."""

    def __init__(self, info: PageInfo, commands: tuple[Command, ...]) -> None:
        super().__init__(id="help")
        self._info, self._commands = info, commands
        self.display = False

    def compose(self) -> ComposeResult:
        yield Static(self._info.title, classes="help-title", markup=False)
        yield Static(self._info.help, markup=False)
        if self._info.by_hand:
            yield Static("By hand, as in the tutorial", classes="help-title", markup=False)
            yield Static(self._info.by_hand, classes="help-code", markup=False)
        yield Static("Keys", classes="help-title", markup=False)
        width = max(len(command.shown_key) for command in self._commands)
        yield Static(
            "\n".join(f"{c.shown_key:<{width}}  {c.about}" for c in self._commands), markup=False
        )

"""A dialog that lists the visited pages, to go to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_installer.front.tui.pages import PAGES
from tui_installer.front.tui.standing import Standing, standing
from tui_installer.front.tui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom
    from tui_installer.front.tui.pages import PageInfo


class JumpScreen(Dialog[str | None]):
    """Gives a page's id, or None."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, draft: Draft, engine: EngineRoom) -> None:
        super().__init__()
        self._draft, self._engine = draft, engine

    def compose_dialog(self) -> ComposeResult:
        yield Static("Go to a page", classes="dialog-title", markup=False)
        yield OptionList(
            *(
                Option(
                    Content(self._line(info)),
                    id=info.id,
                    disabled=info.id not in self._draft.reached,
                )
                for info in PAGES
            )
        )

    def _line(self, info: PageInfo) -> str:
        problems = len(self._draft.problems_of(info))
        wrong = standing(info, self._draft, self._engine) is Standing.WRONG
        note = f"! {problems} to fix" if problems else "! failed" if wrong else ""
        return f"{info.title:<14}{note}"

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

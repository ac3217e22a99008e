"""The token page."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui_installer.front.tui.page import Form, Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.widgets.field import ChoiceField, TextField

if TYPE_CHECKING:
    from textual.app import ComposeResult


class TokenPage(Page):
    INFO: ClassVar = page("token")

    def compose_body(self) -> ComposeResult:
        with Form():
            yield ChoiceField(
                self.draft,
                "token.mode",
                "Kind",
                (
                    ("Bootstrap-token Secret", "secret"),
                    ("token.csv, as in the tutorial", "csv"),
                    ("Both", "both"),
                ),
            )
            yield TextField(self.draft, "token.ttl", "Lifetime")


PAGE = TokenPage

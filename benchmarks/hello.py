"""The smallest Textual app, for comparison with the wizard's first frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("hello, world")


Hello().run()

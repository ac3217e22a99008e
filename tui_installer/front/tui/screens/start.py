"""The start page."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Static


class StartScreen(Screen[None]):
    """New, continue, from a file, or try it on lab hosts."""

    def compose(self):
        yield Static("start")

"""An input that accepts no control characters, typed or pasted."""

from __future__ import annotations

from textual.widgets import Input

from tui_installer.front.tui.printable import printable

MOST = 20_000


class PlainInput(Input):
    """Control characters, bidi marks and line breaks become �, also in what is pasted."""

    def validate_value(self, value: str) -> str:
        """Textual calls it for each new value."""
        return printable(value, self.max_length or MOST)

"""One line above the footer: what the focused field is for, or what is wrong."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class HintLine(Static):
    """Text is never parsed as markup: it may hold what a person typed or a host sent."""

    def __init__(self) -> None:
        super().__init__(id="hint", markup=False)
        self._text = ""

    def show(self, text: str, *, problem: bool = False) -> None:
        if text != self._text:  # an update costs a layout of the whole page
            self._text = text
            self.update(Content(text))
        self.set_class(problem, "-problem")

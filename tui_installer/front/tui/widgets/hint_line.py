"""One line above the footer: the purpose of the focused field, or a problem."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class HintLine(Static):
    """Text is never parsed as markup: it may come from the user or a host."""

    def __init__(self) -> None:
        super().__init__(id="hint", markup=False)
        self._text = ""

    def show(self, text: str, *, problem: bool = False) -> None:
        if text != self._text:  # an update costs a layout of the whole page
            self._text = text
            self.update(Content(text))
        self.set_class(problem, "-problem")

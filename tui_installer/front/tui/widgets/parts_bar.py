"""The numbered parts of a page in one line; a click opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.events import Click


class PartsBar(Static):
    """parts: (id, title) in the order of their numbers."""

    class Chosen(Message):
        """part: the id of the part that was clicked."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def __init__(self, parts: tuple[tuple[str, str], ...]) -> None:
        super().__init__(id="parts", markup=False)
        self._parts = parts

    def show(self, current: str) -> None:
        """Highlights the current part."""
        styles = (
            ("bold reverse" if part == current else "$text-primary") for part, _ in self._parts
        )
        texts = zip(self._titles(), styles, strict=True)
        self.update(Content(" ").join(Content.styled(text, style) for text, style in texts))

    def _titles(self) -> list[str]:
        return [f" {number} {title} " for number, (_, title) in enumerate(self._parts, 1)]

    def on_click(self, event: Click) -> None:
        left = 0
        for (part, _), title in zip(self._parts, self._titles(), strict=True):
            if left <= event.x < left + len(title):
                self.post_message(self.Chosen(part))
            left += len(title) + 1

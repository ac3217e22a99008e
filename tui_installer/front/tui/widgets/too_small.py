"""Replaces the page while the terminal is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class TooSmall(ModalScreen[None]):
    """Closes when the terminal is large enough again; nothing is lost."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._need = f"{width}×{height}"

    def compose(self) -> ComposeResult:
        yield Static(
            f"Please enlarge the terminal to {self._need} or more. Nothing is lost.", markup=False
        )

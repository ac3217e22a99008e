"""Shown instead of a broken page while the terminal is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class TooSmall(ModalScreen[None]):
    """Goes by itself when there is room again; nothing is lost meanwhile."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._need = f"{width}×{height}"

    def compose(self) -> ComposeResult:
        yield Static(
            f"Please enlarge the terminal to {self._need} or more. Nothing is lost.", markup=False
        )

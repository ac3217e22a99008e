"""The base of every dialog: a box over a page, with the dialog's own keys in the footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from tui_installer.front.tui.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A dialog implements `compose_dialog`. Its footer covers the page's, whose keys are off."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield from self.compose_dialog()
        yield KeyFooter()

    def compose_dialog(self) -> ComposeResult:
        """The content of the box."""
        raise NotImplementedError

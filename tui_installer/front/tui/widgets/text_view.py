"""A long text over the whole page, produced in a thread and never parsed as markup."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_installer.errors import InstallerError
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

MOST = 100_000


class TextView(ModalScreen[None]):
    """produce: the text, blocking work. Raises InstallerError at most."""

    BINDINGS: ClassVar = [Binding("escape,o,q", "dismiss(None)", "Back")]
    CSS = """
    TextView > Vertical {
        width: 100%; height: 100%; padding: 0 1; background: $surface; border: round $primary;
    }
    TextView Static { height: auto; }
    TextView #text-note { color: $text-muted; }
    TextView VerticalScroll { height: 1fr; background: $surface; }
    """

    def __init__(self, title: str, note: str, produce: Callable[[], str]) -> None:
        super().__init__()
        self._title, self._note, self._produce = title, note, produce

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(printable(self._title), classes="dialog-title", markup=False)
            with VerticalScroll():
                yield Static("… loading", id="text", markup=False)
            note = f"{self._note} Esc goes back."
            yield Static(note, id="text-note", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self.run_worker(self._fill())

    async def _fill(self) -> None:
        try:
            text = await asyncio.to_thread(self._produce)
            content = Content("\n").join(Content(printable(x, MOST)) for x in text.splitlines())
        except InstallerError as error:
            content = Content.styled(f"✗ {printable(error.message)} {error.hint}", "$text-error")
        self.query_one("#text", Static).update(content)

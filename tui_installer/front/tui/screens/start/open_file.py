"""Dialog to open an answers file; stays open and shows the error if it cannot be read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from tui_installer.errors import InstallerError
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult


class OpenFile(Dialog[Draft | None]):
    """Returns the draft of the file, wrong values included."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def compose_dialog(self) -> ComposeResult:
        here = sorted(str(path) for path in Path().glob("*.y*ml"))
        yield Static("Open an answers file", classes="dialog-title", markup=False)
        yield Input(
            placeholder=here[0] if here else "answers.yaml",
            suggester=SuggestFromList(here),
            compact=True,
        )
        with VerticalScroll(id="open-problems"):
            yield Static(markup=False)
        yield Static("Enter opens, → completes, Esc cancels.", classes="dialog-note", markup=False)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip() or event.input.placeholder
        try:
            draft = await asyncio.to_thread(_load, text)
        except (InstallerError, RuntimeError) as error:
            self._show(error)
        else:
            self.dismiss(draft)

    def _show(self, error: Exception) -> None:
        lines = [str(error), *getattr(error, "details", ()), getattr(error, "hint", "")]
        text = "\n".join(printable(line) for line in lines if line)
        self.query_one("#open-problems Static", Static).update(Content(text))


def _load(text: str) -> Draft:
    return Draft.load(Path(text).expanduser())

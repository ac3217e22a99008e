"""Dialog to choose one of the versions that the source offers."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_installer.errors import InstallerError
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.cluster import overview
from tui_installer.front.tui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.wizard import Wizard
    from tui_installer.model.answers.document import Answers

SHOWN = 1.0
"""Minimum seconds that the progress is shown."""
NOTE = "The newest patch of each supported minor. Enter selects, Esc goes back."
UNSAID = "The source does not list its versions: type one; the run checks it."


class PickVersion(Dialog[str | None]):
    """Returns a version, or None."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Back")]
    app: Wizard

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self._answers = answers
        self._began = time.monotonic()

    def compose_dialog(self) -> ComposeResult:
        yield Static("Versions that the source offers", classes="dialog-title", markup=False)
        yield OptionList()
        yield Static(id="versions-note", classes="dialog-note", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).display = False
        self._timer = self.set_interval(0.2, self._tick)
        self._tick()
        self._asking = self.app.engine.spawn(self._ask())

    def on_unmount(self) -> None:
        self._asking.cancel()

    def _tick(self) -> None:
        self._say(f"… asking the source, {time.monotonic() - self._began:.0f} s. Esc goes back.")

    def _say(self, text: str, *, problem: bool = False) -> None:
        note = self.query_one("#versions-note", Static)
        note.update(Content(printable(text)))
        note.set_class(problem, "-problem")

    async def _ask(self) -> None:
        asked = overview.offered(self._answers)
        found, _ = await asyncio.gather(asked, asyncio.sleep(SHOWN), return_exceptions=True)
        self._timer.stop()
        if isinstance(found, list):
            self._show(found)
        elif isinstance(found, InstallerError):
            hint = f". {found.hint[:1].upper()}{found.hint[1:]}." if found.hint else ""
            self._say(f"✗ {found.message}{hint}", problem=True)
        else:
            self._say(f"✗ {found}", problem=True)

    def _show(self, versions: list[str]) -> None:
        self._say(NOTE if versions else UNSAID)
        choices = self.query_one(OptionList)
        choices.add_options(Option(version, id=version) for version in versions)
        choices.display = bool(versions)
        chosen = self._answers.kubernetes.version
        choices.highlighted = versions.index(chosen) if chosen in versions else 0
        choices.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)

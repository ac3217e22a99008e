"""Dialog that makes lab hosts and shows the progress; minutes the first time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widgets import LoadingIndicator, Static

from tui_installer.errors import InstallerError
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.wizard import Wizard

LAST = 10
ABOUT = (
    "Three throwaway systemd hosts on this machine, on a network of their own. "
    "The first time, their base system is built: about a minute."
)
LEAVE = "Esc goes back; the hosts keep starting. `tui-installer lab down` removes them."


class MakeLab(Dialog[dict[str, Any] | None]):
    """Returns the answers for the hosts, or None."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Back")]
    app: Wizard

    def compose_dialog(self) -> ComposeResult:
        yield Static("Lab hosts", classes="dialog-title", markup=False)
        yield Static(ABOUT, markup=False)
        yield Static(id="lab-progress", markup=False)
        yield LoadingIndicator()
        yield Static(LEAVE, classes="dialog-note", markup=False)

    def on_mount(self) -> None:
        self._progress: list[str] = []
        self._since = time.monotonic()
        self._timer = self.set_interval(0.2, self._show)
        self.app.engine.spawn(self._make())

    async def _make(self) -> None:
        from tui_installer.front.tui.screens.start import lab_hosts  # noqa: PLC0415 - the first frame needs none

        try:
            answers = await asyncio.to_thread(lab_hosts.up, self._progress.append)
        except InstallerError as error:
            self._fail(error.message, *error.details, error.hint)
        except OSError as error:
            self._fail(str(error))
        else:
            if self.is_current:
                self.dismiss(answers)

    def _fail(self, *lines: str) -> None:
        if self.is_mounted:
            self._timer.stop()
            self.query_one(LoadingIndicator).display = False
            text = "\n".join(
                f"✗ {printable(line)}" if n == 0 else f"  {printable(line)}"
                for n, line in enumerate(line for line in lines if line)
            )
            self.query_one("#lab-progress", Static).update(Content.styled(text, "$text-error"))

    def _show(self) -> None:
        seconds = time.monotonic() - self._since
        lines = [printable(line, 200) for line in self._progress[-LAST:]]
        text = "\n".join([*lines, f"{seconds:.0f} s"])
        self.query_one("#lab-progress", Static).update(Content(text))

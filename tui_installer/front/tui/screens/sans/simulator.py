"""Try a name: will clients accept the certificate, and why?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.sans.san_try import Verdict, verdict
from tui_installer.front.tui.widgets.plain_input import PlainInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui_installer.model.certificates import San

ASK = "Type the name, address or URL by which a client calls the API server."
MOST = 1000
"""Characters of an input; every name is shorter."""


class Simulator(Vertical):
    """Checks at each keystroke; Enter adds the missing SAN."""

    BINDINGS: ClassVar = [Binding("escape,up", "screen.to_list", "To the list")]

    class Add(Message):
        """value: a SAN that makes the client's name pass."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    def __init__(self) -> None:
        super().__init__(id="simulator")
        self._sans: Sequence[San] = ()

    def compose(self) -> ComposeResult:
        yield Static("Will clients accept the certificate?", classes="section", markup=False)
        yield PlainInput(
            placeholder="https://k8s.example.com:6443", compact=True, id="client", max_length=MOST
        )
        yield Static(ASK, id="verdict", markup=False)

    def show(self, sans: Sequence[San]) -> None:
        """sans: of the certificate by the current answers."""
        self._sans = sans
        self._judge()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() and (add := verdict(event.value, self._sans).add):
            self.post_message(self.Add(add))

    def _judge(self) -> None:
        text = self.query_one(Input).value
        line = _line(verdict(text, self._sans)) if text.strip() else Content(ASK)
        self.query_one("#verdict", Static).update(line)


def _line(found: Verdict) -> Content:
    why = printable(found.why)
    if found.passes:
        return Content.assemble(("✓ passes", "bold $text-success"), f": {why}.")
    end = f". Enter adds {printable(found.add, 60)}." if found.add else "."
    return Content.assemble(("✗ fails", "bold $text-error"), f": {why}{end}")

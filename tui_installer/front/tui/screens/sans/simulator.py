"""A client's name typed in: would it take the certificate, and why."""

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

ASK = "Type what a client would call the API server by: a name, an address, a URL."
MOST = 1000
"""Characters of an input; no name has as many."""


class Simulator(Vertical):
    """Judges at each keystroke; Enter adds what is missing."""

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
        yield Static("Would a client take the certificate?", classes="section", markup=False)
        yield PlainInput(
            placeholder="https://k8s.example.com:6443", compact=True, id="client", max_length=MOST
        )
        yield Static(ASK, id="verdict", markup=False)

    def show(self, sans: Sequence[San]) -> None:
        """sans: of the certificate as the answers stand."""
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
        told = _told(verdict(text, self._sans)) if text.strip() else Content(ASK)
        self.query_one("#verdict", Static).update(told)


def _told(found: Verdict) -> Content:
    why = printable(found.why)
    if found.passes:
        return Content.assemble(("✓ passes", "bold $text-success"), f": {why}.")
    end = f". Enter adds {printable(found.add, 60)}." if found.add else "."
    return Content.assemble(("✗ fails", "bold $text-error"), f": {why}{end}")

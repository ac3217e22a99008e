"""Small dialogs: a question, a file's name, a secret. One at a time, never one on another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui_installer.front.tui.widgets.plain_input import PlainInput
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult


class Question(ModalScreen[bool]):
    """Yes or no; Esc is no, and no is what Enter gives unless the person moves.

    text: as it stands, or a function that is asked again while the question is open.
    """

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss(False)", "No"),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, title: str, text: str | Callable[[], str], *, yes: str, no: str) -> None:
        super().__init__()
        self._title, self._yes, self._no = title, yes, no
        self._text = text if callable(text) else lambda: text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield Static(self._text(), id="question", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button(self._no, id="no", compact=True)
                yield Button(self._yes, id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        self.set_interval(0.5, self._again)

    def _again(self) -> None:
        self.query_one("#question", Static).update(Content(self._text()))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class NameFile(ModalScreen[Path | None]):
    """A path on this machine."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, value: str) -> None:
        super().__init__()
        self._title, self._value = title, value

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield PlainInput(self._value, compact=True)
            yield Static("Enter takes it, Esc goes back.", classes="dialog-note", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(Path(event.value).expanduser() if event.value.strip() else None)


class AskSecret(ModalScreen[Secret | None]):
    """A password or passphrase: masked, kept in memory only."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._prompt, classes="dialog-title", markup=False)
            yield Input(password=True, compact=True)
            yield Static("Kept in memory only. Esc: none.", classes="dialog-note", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(Secret(event.value) if event.value else None)

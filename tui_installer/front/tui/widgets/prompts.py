"""Small dialogs: a question, a file's name, a secret. One at a time, never one on another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from tui_installer.front.tui.printable import printable, printable_lines
from tui_installer.front.tui.widgets.dialog import Dialog
from tui_installer.front.tui.widgets.plain_input import PlainInput
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widgets._button import ButtonVariant

T = TypeVar("T")


class Choice(Dialog[T]):
    """One of a few. choices: (label, value, its button's variant); Enter gives the first unless
    the user moves. back: the index of the one that Esc gives.

    text: a text, or a function that is called again while the question is open.
    """

    BINDINGS: ClassVar = [
        Binding("escape", "back", "Back"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(
        self,
        title: str,
        text: str | Callable[[], str],
        choices: Sequence[tuple[str, T, ButtonVariant]],
        *,
        back: int = 0,
    ) -> None:
        super().__init__()
        self._title, self._choices, self._back = title, choices, back
        self._text = text if callable(text) else lambda: text

    def compose_dialog(self) -> ComposeResult:
        yield Static(self._title, classes="dialog-title", markup=False)
        yield Static(self._text(), id="question", markup=False)
        with Horizontal(classes="dialog-buttons"):
            for number, (label, _, variant) in enumerate(self._choices):
                yield Button(label, id=f"choice-{number}", variant=variant, compact=True)

    def on_mount(self) -> None:
        self.set_interval(0.5, self._again)

    def _again(self) -> None:
        self.query_one("#question", Static).update(Content(self._text()))

    def action_back(self) -> None:
        self.dismiss(self._choices[self._back][1])

    def on_button_pressed(self, event: Button.Pressed) -> None:
        number = int((event.button.id or "choice-0").removeprefix("choice-"))
        self.dismiss(self._choices[number][1])


class Question(Choice[bool]):
    """Yes or no; no is the safe one."""

    def __init__(self, title: str, text: str | Callable[[], str], *, yes: str, no: str) -> None:
        super().__init__(title, text, ((no, False, "default"), (yes, True, "error")))


class NameFile(Dialog[Path | None]):
    """A path on this machine."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, value: str) -> None:
        super().__init__()
        self._title, self._value = title, value

    def compose_dialog(self) -> ComposeResult:
        yield Static(self._title, classes="dialog-title", markup=False)
        yield PlainInput(self._value, compact=True)
        yield Static("Enter accepts, Esc cancels.", classes="dialog-note", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(Path(event.value).expanduser() if event.value.strip() else None)


class AskLine(Dialog[str | None]):
    """A line of text. note: its purpose, and how to cancel."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, value: str, note: str) -> None:
        super().__init__()
        self._title, self._value, self._note = title, value, note

    def compose_dialog(self) -> ComposeResult:
        yield Static(printable(self._title), classes="dialog-title", markup=False)
        yield PlainInput(self._value, compact=True)
        yield Static(printable_lines(self._note), classes="dialog-note", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())


class AskSecret(Dialog[Secret | None]):
    """A password or passphrase: masked, kept in memory only."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def compose_dialog(self) -> ComposeResult:
        yield Static(self._prompt, classes="dialog-title", markup=False)
        yield Input(password=True, compact=True)
        yield Static("Kept in memory only. Esc cancels.", classes="dialog-note", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(Secret(event.value) if event.value else None)

"""A token of one's own, typed or pasted: hidden, and judged as it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, Static

from tui_installer.actions import token_store
from tui_installer.actions.token_view import FORMS, NAMES
from tui_installer.front.tui.widgets.dialog import Dialog
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.actions.token_view import Kind

ROOM = 200
BY_HAND = "head -c 16 /dev/urandom | od -An -t x | tr -d ' '"


class EnterToken(Dialog[Secret | None]):
    """Gives a token of the right form, or None for Esc."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, kind: Kind, *, replaces: bool) -> None:
        super().__init__()
        self._kind, self._replaces = kind, replaces

    def compose_dialog(self) -> ComposeResult:
        title = f"{NAMES[self._kind]}: one of your own"
        yield Static(title, classes="dialog-title", markup=False)
        yield Input(password=True, compact=True, max_length=ROOM)
        yield Static(f"want {FORMS[self._kind]}", id="judged", markup=False)
        after = " It takes the place of the one there is." if self._replaces else ""
        note = f"Hidden as you type.{after} Enter keeps it, Esc goes back."
        yield Static(note, classes="dialog-note", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        why = token_store.judge(self._kind, _token(event.value))
        count = f" ({len(event.value.strip())} characters so far)"
        told = (
            (f"✗ {why}{count}", "$text-error") if why else ("✓ of the right form", "$text-success")
        )
        self.query_one("#judged", Static).update(Content.assemble(told))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        token = _token(event.value)
        if not token_store.judge(self._kind, token):
            self.dismiss(token)


def _token(text: str) -> Secret:
    """Pasted text may have a line end with it."""
    return Secret(text.strip())

"""Dialog to enter your own token: hidden, checked while it is entered."""

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


class EnterToken(Dialog[Secret | None]):
    """Returns a valid token, or None for Esc."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, kind: Kind, *, replaces: bool) -> None:
        super().__init__()
        self._kind, self._replaces = kind, replaces

    def compose_dialog(self) -> ComposeResult:
        title = f"{NAMES[self._kind]}: your own token"
        yield Static(title, classes="dialog-title", markup=False)
        yield Input(password=True, compact=True, max_length=ROOM)
        yield Static(f"want {FORMS[self._kind]}", id="judged", markup=False)
        after = " It replaces the stored one." if self._replaces else ""
        note = f"Hidden as you type.{after} Enter saves, Esc cancels."
        yield Static(note, classes="dialog-note", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        why = token_store.judge(self._kind, _token(event.value))
        count = f" ({len(event.value.strip())} characters so far)"
        line = (f"✗ {why}{count}", "$text-error") if why else ("✓ valid", "$text-success")
        self.query_one("#judged", Static).update(Content.assemble(line))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        token = _token(event.value)
        if not token_store.judge(self._kind, token):
            self.dismiss(token)


def _token(text: str) -> Secret:
    """Strips white space: pasted text may end with a newline."""
    return Secret(text.strip())

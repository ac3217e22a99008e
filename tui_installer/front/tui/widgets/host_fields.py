"""Inputs of answers that are not plain text: numbers, lists, a jump host, what may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.field import TextField
from tui_installer.model.answers import login_text
from tui_installer.model.answers.login_text import LoginText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

NO_JUMP = "none"
TYPED = ("address", "user", "port", "jump")
"""Answers of a jump host that its text says."""


class ReadField(TextField):
    """Text on the screen, another kind of value in the draft. Empty text is no answer."""

    def read(self, text: str) -> Any:
        """The value that the text stands for; unreadable text stays text and is reported."""
        return text

    def show(self, value: Any) -> str:
        """The text of a value; `read` of it gives the value again."""
        return "" if value is None else str(value)

    def compose_input(self) -> ComposeResult:
        self._given = printable(self.show(self.draft.get(self.path)))
        yield Input(self._given, placeholder=self._placeholder, compact=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        event.prevent_default()  # Textual calls the handlers of base classes too
        text = printable(event.value)
        if text != event.value:  # pasted controls must not reach the terminal
            event.input.value = text
        elif text != self._given:
            self._given = text
            self.put(text.strip())

    def put(self, text: str) -> None:
        """Sets the text's value, or removes the answer."""
        if text:
            self.draft.set(self.path, self.read(text))
        else:
            self.draft.unset(self.path)


class NumberField(ReadField):
    """A whole number."""

    def read(self, text: str) -> Any:
        plain = text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 - 64 bits
        return int(text) if plain else text


class ListField(ReadField):
    """Texts with commas between them."""

    def read(self, text: str) -> Any:
        return [part.strip() for part in text.split(",") if part.strip()]

    def show(self, value: Any) -> str:
        return ", ".join(map(str, value)) if isinstance(value, list) else super().show(value)


class JumpField(ReadField):
    """``user@address:port`` of a machine to go through; ``none`` for none at all.

    Or several with commas, the nearest to this machine first, as for ssh -J. The other answers of
    a jump host that stays, such as its fingerprint, stay as well.
    """

    def compose_input(self) -> ComposeResult:
        self._others = {
            hop.get("address"): {key: value for key, value in hop.items() if key not in TYPED}
            for hop in _hops(self.draft.get(self.path))
        }
        yield from super().compose_input()

    def read(self, text: str) -> Any:
        jump: dict[str, Any] = {}
        for part in text.split(","):
            said = login_text.read(part.strip())
            port: Any = said.port
            number = int(port) if port.isascii() and port.isdigit() else port
            own = {"address": said.address, "user": said.user, "port": number, "jump": jump}
            typed = {key: own[key] for key in TYPED if own[key] or key == "address"}
            jump = typed | self._others.get(said.address, {})
        return jump

    def show(self, value: Any) -> str:
        if not isinstance(value, dict):
            return NO_JUMP if value is None and self._is_null() else super().show(value)
        return ",".join(reversed([_login(hop) for hop in _hops(value)]))

    def _is_null(self) -> bool:
        above = self.draft.get(self.path.rpartition(".")[0])
        return isinstance(above, dict) and "jump" in above and above["jump"] is None

    def put(self, text: str) -> None:
        if text == NO_JUMP:
            self.draft.put_null(self.path)
        else:
            super().put(text)


def _hops(jump: Any) -> Iterator[dict[str, Any]]:
    """The jump hosts in the draft, the nearest to this machine last."""
    while isinstance(jump, dict):
        yield jump
        jump = jump.get("jump")


def _login(hop: dict[str, Any]) -> str:
    parts = (hop.get(key) or "" for key in ("user", "address", "port"))
    return str(LoginText(*map(str, parts)))

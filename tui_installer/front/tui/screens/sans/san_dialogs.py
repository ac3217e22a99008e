"""Dialogs to type or paste SANs; each entry is checked while it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.sans.san_paste import FORMS, Piece, understand
from tui_installer.front.tui.widgets.dialog import Dialog
from tui_installer.front.tui.widgets.plain_input import PlainInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

SHOWN = 8
ROOM = 4000
"""Characters of an input."""


class EnterSans(Dialog[list[str]]):
    """Returns the SANs in canonical form; an empty list for Esc. one: accept exactly one."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss([])", "Cancel")]

    def __init__(
        self, title: str, note: str, known: Mapping[str, str], *, value: str = "", one: bool = False
    ) -> None:
        super().__init__()
        self._title, self._note, self._known = title, note, known
        self._value, self._one = value, one

    def compose_dialog(self) -> ComposeResult:
        yield Static(self._title, classes="dialog-title", markup=False)
        yield PlainInput(self._value, compact=True, max_length=ROOM, select_on_focus=not self._one)
        yield Static(id="judged", markup=False)
        yield Static(self._note, classes="dialog-note", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        pieces = understand(event.value, self._known)
        lines = [piece_line(piece) for piece in pieces[:SHOWN]]
        if len(pieces) > SHOWN:
            lines.append(Content(f"… and {len(pieces) - SHOWN} more"))
        if self._one and len(pieces) > 1:
            lines = [Content.styled("✗ enter exactly one name or address", "$text-error")]
        self.query_one("#judged", Static).update(Content("\n").join(lines))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accepts the entries only if all are valid; the lines shown say what is not."""
        event.stop()
        pieces = understand(event.value, self._known)
        good = [piece.value for piece in pieces if piece.value]
        if good and len(good) == len(pieces) and not (self._one and len(good) > 1):
            self.dismiss(good)


class PasteSans(Dialog[list[str]]):
    """Many SANs at once, with a preview of each piece. Returns the valid ones."""

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss([])", "Cancel"),
        Binding("ctrl+n", "take", "Add", priority=True),
    ]

    def __init__(self, known: Mapping[str, str], text: str = "") -> None:
        super().__init__()
        self._known, self._text = known, text
        self._pieces: list[Piece] = []

    def compose_dialog(self) -> ComposeResult:
        yield Static("Paste names and addresses", classes="dialog-title", markup=False)
        yield TextArea(self._text, id="pasted", tab_behavior="focus")
        with VerticalScroll(id="understood"):
            yield Static(FORMS, markup=False)
        yield Static(id="paste-keys", classes="dialog-note", markup=False)

    def on_mount(self) -> None:
        self._read()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._read()

    def _read(self) -> None:
        self._pieces = understand(self.query_one(TextArea).text, self._known)
        # Errors first: they must not be overlooked among many valid entries.
        ordered = sorted(self._pieces, key=lambda piece: bool(piece.value) - (not piece.known))
        preview = Content("\n").join(piece_line(piece) for piece in ordered)
        self.query_one("#understood Static", Static).update(preview if ordered else FORMS)
        self.query_one("#paste-keys", Static).update(Content(self._summary()))

    def _summary(self) -> str:
        good, known = len(self._good), sum(piece.known for piece in self._pieces)
        wrong = len(self._pieces) - good - known
        parts = [f"{known} already listed"] * bool(known) + [f"{wrong} invalid"] * bool(wrong)
        skipped = f"; skipped: {', '.join(parts)}" if parts else ""
        return f"Ctrl+N adds {good}{skipped}." if good else f"Nothing to add yet{skipped}."

    @property
    def _good(self) -> list[str]:
        return [piece.value for piece in self._pieces if piece.value]

    def action_take(self) -> None:
        if self._good:
            self.dismiss(self._good)


def piece_line(piece: Piece) -> Content:
    """``✓ IP 192.0.2.14``, or what is wrong."""
    if piece.value:
        return Content.assemble(("✓ ", "$text-success"), f"{piece.kind:<4}{piece.value}")
    if piece.known:
        return Content.styled(f"– {printable(piece.text, 60)}: {piece.why}", "$state-skip")
    return Content.styled(
        f"✗ {printable(piece.text, 30)}: {printable(piece.why, 160)}", "$text-error"
    )

"""Dialog that lists unknown host keys, to accept one or all."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_installer.front.tui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui_installer.actions.host_checks.host_check import NewKey

COMPARE = (
    "Compare with the output of this on each machine's console:\n"
    "  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"
)
KEYS = "Space accepts or rejects a key, a accepts all. Enter saves the accepted keys."


class ReviewKeys(Dialog[tuple["NewKey", ...]]):
    """Returns the accepted keys. No key is accepted by default."""

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss(())", "Cancel"),
        Binding("space", "turn", "Accept"),
        Binding("a,A", "all", "All"),
    ]

    def __init__(self, keys: Sequence[tuple[NewKey, str]]) -> None:
        """keys: each with the names of the hosts that it is for."""
        super().__init__()
        self._keys = tuple(keys)
        self._accepted: set[int] = set()

    def compose_dialog(self) -> ComposeResult:
        title = f"{len(self._keys)} new host key{'s' if len(self._keys) != 1 else ''}"
        yield Static(title, classes="dialog-title", markup=False)
        yield OptionList(*(Option(self._line(n)) for n in range(len(self._keys))))
        yield Static(COMPARE, classes="dialog-note", markup=False)
        yield Static(KEYS, id="how", classes="dialog-note", markup=False)

    def _line(self, number: int) -> Content:
        key, names = self._keys[number]
        accepted = number in self._accepted
        mark = ("✓ accept ", "bold $text-success") if accepted else ("·        ", "$state-skip")
        return Content.assemble(
            mark,
            f"{names}  {key.place}  {key.kind.removeprefix('ssh-')}\n",
            (f"         {key.fingerprint}", "$text-accent"),
        )

    def action_turn(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._accepted ^= {at}
            self._redraw()

    def action_all(self) -> None:
        everything = set(range(len(self._keys)))
        self._accepted = set() if self._accepted == everything else everything
        self._redraw()

    def _redraw(self) -> None:
        choices = self.query_one(OptionList)
        for number in range(len(self._keys)):
            choices.replace_option_prompt_at_index(number, self._line(number))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._accepted:
            self.dismiss(tuple(self._keys[number][0] for number in sorted(self._accepted)))
        else:
            self.query_one("#how", Static).update(f"No key is accepted yet. {KEYS}")

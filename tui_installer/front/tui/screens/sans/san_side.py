"""The column beside the SAN list: simulator, what a new certificate changes, the entry, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.sans.sans_view import Standing
from tui_installer.front.tui.screens.sans.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui_installer.front.tui.screens.sans.san_earlier import Earlier
    from tui_installer.front.tui.screens.sans.sans_view import Row
    from tui_installer.model.certificates import San

RULES = (
    "Clients match an address against IP entries only, a name against DNS entries only. Case, "
    "port and path do not matter. A wildcard covers one label: *.example.com matches "
    "a.example.com, but neither example.com nor a.b.example.com."
)


class SanSide(VerticalScroll, can_focus=False):
    def compose(self) -> ComposeResult:
        yield Simulator()
        yield Static(id="difference", markup=False)
        yield Static(id="entry", markup=False)
        yield Static("How clients compare", classes="section rules", markup=False)
        yield Static(RULES, classes="rules", markup=False)

    def show_difference(
        self, earlier: Earlier | None, new: Sequence[San], gone: Sequence[San]
    ) -> None:
        """Shows which SANs the next certificate adds and removes."""
        line = self.query_one("#difference", Static)
        line.display = bool(earlier and (new or gone))
        if earlier and line.display:
            changes = [f"+{san}" for san in new] + [f"−{san}" for san in gone]
            named = printable(earlier.host)
            line.update(Content(f"! {named} has a certificate; the new one: {', '.join(changes)}"))

    def show_entry(self, row: Row) -> None:
        """The highlighted entry in full, with its reason."""
        word = {Standing.LOCKED: "locked", Standing.OWN: "yours"}.get(row.standing, "")
        head = f"{row.kind}:{printable(row.value)}" if row.san else printable(row.value)
        self.query_one("#entry", Static).update(
            Content.assemble(
                (head, "bold"), "\n", printable(row.reason), (f"\n{word}", "$state-skip")
            )
        )

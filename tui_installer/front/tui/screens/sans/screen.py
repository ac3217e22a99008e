"""The SANs page: the list with its reasons, the user's own entries, and the simulator."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Input, Static

from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.sans import san_earlier, san_list, san_size, sans_view
from tui_installer.front.tui.screens.sans.san_dialogs import EnterSans, PasteSans
from tui_installer.front.tui.screens.sans.san_side import SanSide
from tui_installer.front.tui.screens.sans.san_table import SanTable
from tui_installer.front.tui.screens.sans.sans_view import Standing
from tui_installer.front.tui.screens.sans.simulator import Simulator

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Paste

    from tui_installer.front.tui.screens.sans.san_earlier import Earlier
    from tui_installer.front.tui.screens.sans.sans_view import Row

NOTE = (
    "An IP address or a DNS name; separate several by commas. A wildcard stands for the leftmost "
    "label: *.apps.example.com. Enter saves, Esc cancels."
)
MASTER_NOTE = (
    "The address and the name of a future master: it then joins without new certificates for "
    "the existing masters. Enter saves, Esc cancels."
)
VIP_NOTE = (
    "A virtual address (VRRP, keepalived) or a load balancer's address or name, besides or "
    "instead of the endpoint. Enter saves, Esc cancels."
)
QUICK = Content.assemble(
    *(
        part
        for key, what in (("f", "master"), ("v", "VIP"), ("Alt+↑↓", "move"))
        for part in ((f"{key} ", "bold $text-accent"), (f"{what}  ", "$state-skip"))
    )
)
NO_LIST = "is not a list of SANs: the next entry you add replaces it"
SIMULATOR_HINT = "Checked as you type; Enter adds the missing SAN. Esc or ↑ goes to the list."
LOCKED = "is locked: it derives from the answers on the Hosts and Cluster pages"


class SansPage(Page):
    INFO: ClassVar = page("sans")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "DataTable"
    KEYS = (
        Command("a", "add", "Add", "Add a name or an address."),
        Command("e", "edit", "Edit", "Edit an entry of yours; Enter does the same."),
        Command("d,delete", "remove", "Remove", "Remove an entry of yours."),
        Command("p", "paste", "Paste", "Paste many, with a preview; a plain paste works too."),
        Command("f", "master", "Master", "Add address and name of a future master.", footer=False),
        Command("v", "vip", "VIP", "Add a virtual address or load balancer.", footer=False),
        Command("s", "simulate", "Try", "Try a name: will clients accept the certificate?"),
        Command("alt+up,K", "move(-1)", "Up", "Move an entry of yours up.", footer=False),
        Command("alt+down,J", "move(1)", "Down", "Move an entry of yours down.", footer=False),
    )

    _earlier: Earlier | None = None
    _hinted: Row | None = None
    """The row that the hint line is about."""

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="columns"):
            with Vertical(id="list"):
                yield SanTable()
                with Horizontal(id="below"):
                    yield Static(id="size", markup=False)
                    yield Static(QUICK, id="quick", markup=False)
            yield SanSide(id="side")

    def on_mount(self) -> None:
        self._show()
        self.run_worker(self._look(), exclusive=True)

    async def _look(self) -> None:
        answers = self.draft.answers
        names = [name for name, _ in sans_view.required(answers).masters]
        self._earlier = await asyncio.to_thread(san_earlier.earlier, self.draft.session, names)
        if self._earlier:
            self._show()

    def draft_changed(self) -> None:
        self._show()

    @property
    def _rows(self) -> tuple[Row, ...]:
        draft = self.draft
        return sans_view.rows(draft.answers, draft.get("sans"), draft.problems)

    def _show(self) -> None:
        rows = self._rows
        sans = sans_view.sans(rows)
        new, gone = self._earlier.difference(sans) if self._earlier else ([], [])
        self.query_one(SanTable).show(rows, new)
        self.query_one(Simulator).show(sans)
        found = san_size.size(sans, self.draft.answers.certificates.key_type)
        line = self.query_one("#size", Static)
        line.update(Content(found.text))
        line.set_classes(f"-{found.level}")
        self.query_one(SanSide).show_difference(self._earlier, new, gone)
        self._show_entry()

    def _show_entry(self) -> None:
        row = self.query_one(SanTable).row
        if row is None:
            return
        self.query_one(SanSide).show_entry(row)
        if isinstance(self.focused, SanTable) and row != self._hinted:
            self._hinted = row
            self.hint(printable(row.reason), problem=row.standing is Standing.WRONG)

    def on_data_table_row_highlighted(self, _event: DataTable.RowHighlighted) -> None:
        self._show_entry()

    def on_data_table_row_selected(self, _event: DataTable.RowSelected) -> None:
        self.action_edit()

    def _extend(self, values: list[str] | None) -> None:
        if not values:
            return
        self.query_one(SanTable).to_number(san_list.extend(self.draft, values))
        added = values[0] if len(values) == 1 else f"{len(values)} entries"
        self._report(f"✓ added {added}")

    def _report(self, text: str) -> None:
        self._hinted = self.query_one(SanTable).row
        self.hint(text)

    def _ask(self, title: str, note: str, value: str = "") -> None:
        dialog = EnterSans(title, note, sans_view.known(self._rows), value=value)
        self.app.push_screen(dialog, self._extend)

    def action_add(self) -> None:
        self._ask("Add names or addresses", NOTE)

    def action_master(self) -> None:
        value = sans_view.future_master(self.draft.answers)
        self._ask("Add a future master", MASTER_NOTE, value)

    def action_vip(self) -> None:
        self._ask("Add a virtual address or load balancer", VIP_NOTE)

    def action_paste(self, text: str = "") -> None:
        self.app.push_screen(PasteSans(sans_view.known(self._rows), text), self._extend)

    def on_paste(self, event: Paste) -> None:
        """A paste into the list opens the dialog with it."""
        if isinstance(self.focused, SanTable):
            event.stop()
            self.action_paste(event.text)

    def _own(self) -> Row | None:
        """Returns the highlighted row if it may be changed; else reports why not."""
        row = self.query_one(SanTable).row
        if row is not None and row.number >= 0:
            return row
        if row is not None:
            wrong = row.standing is Standing.WRONG
            self._report(f"{printable(row.value, 60)} {NO_LIST if wrong else LOCKED}")
        return None

    def action_edit(self) -> None:
        row = self._own()
        if row is None:
            return

        def changed(values: list[str] | None) -> None:
            if values:
                self.draft.set(f"sans.{row.number}", values[0])

        known = sans_view.known(self._rows, but=row.number)
        dialog = EnterSans("Edit entry", NOTE, known, value=printable(row.value), one=True)
        self.app.push_screen(dialog, changed)

    def action_remove(self) -> None:
        if row := self._own():
            san_list.remove(self.draft, row.number)
            self._report(f"– removed {printable(row.value, 60)}")

    def action_move(self, by: int) -> None:
        """by: -1 up, +1 down, among the user's own."""
        row = self._own()
        to = san_list.move(self.draft, row.number, by) if row else None
        if to is not None:
            self.query_one(SanTable).to_number(to)

    def action_simulate(self) -> None:
        self.query_one("#client", Input).focus()

    def action_to_list(self) -> None:
        self.query_one(SanTable).focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Shows the hint of the list or the simulator instead of a field's."""
        event.prevent_default()
        if isinstance(event.widget, SanTable):
            self._show_entry()
        else:
            self._hinted = None
            self.hint(SIMULATOR_HINT)

    def on_simulator_add(self, event: Simulator.Add) -> None:
        self._extend([event.value])


PAGE = SansPage

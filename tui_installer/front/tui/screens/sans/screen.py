"""The SANs page: the list with its reasons, one's own entries, and the simulator."""

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
    "An IP address or a DNS name; several with commas. A wildcard stands for one label, the "
    "leftmost: *.apps.example.com. Enter takes it, Esc goes back."
)
MASTER_NOTE = (
    "The address, and the name, that a master to come will have: it then joins without new "
    "certificates for those that are there. Enter takes it, Esc goes back."
)
VIP_NOTE = (
    "A virtual address (VRRP, keepalived) or a load balancer's address or name, before or in "
    "place of the endpoint. Enter takes it, Esc goes back."
)
QUICK = Content.assemble(
    *(
        part
        for key, what in (("f", "master"), ("v", "VIP"), ("Alt+↑↓", "move"))
        for part in ((f"{key} ", "bold $text-accent"), (f"{what}  ", "$state-skip"))
    )
)
NO_LIST = "is no list of SANs: what is added now takes its place"
SIMULATOR_HINT = "Judged as you type; Enter adds what is missing. Esc or ↑ goes to the list."
LOCKED = "is locked: it follows from the answers on the pages Hosts and Cluster"


class SansPage(Page):
    INFO: ClassVar = page("sans")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "DataTable"
    KEYS = (
        Command("a", "add", "Add", "Add a name or an address."),
        Command("e", "edit", "Edit", "Change an entry of yours; Enter does the same."),
        Command("d,delete", "remove", "Drop", "Take an entry of yours out."),
        Command("p", "paste", "Paste", "Many at once, with a preview; a plain paste does as well."),
        Command("f", "master", "Master", "Address and name of a future master.", footer=False),
        Command("v", "vip", "VIP", "A virtual address or load balancer.", footer=False),
        Command("s", "simulate", "Try", "Try what a client would call the API server by."),
        Command("alt+up,K", "move(-1)", "Up", "Move an entry of yours up.", footer=False),
        Command("alt+down,J", "move(1)", "Down", "Move an entry of yours down.", footer=False),
    )

    _earlier: Earlier | None = None
    _told: Row | None = None
    """The row whose reason the hint line has, or that something else was said about."""

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
        if isinstance(self.focused, SanTable) and row != self._told:
            self._told = row
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
        self._tell(f"✓ added {added}")

    def _tell(self, text: str) -> None:
        self._told = self.query_one(SanTable).row
        self.hint(text)

    def _ask(self, title: str, note: str, value: str = "") -> None:
        dialog = EnterSans(title, note, sans_view.known(self._rows), value=value)
        self.app.push_screen(dialog, self._extend)

    def action_add(self) -> None:
        self._ask("Add names or addresses", NOTE)

    def action_master(self) -> None:
        value = sans_view.future_master(self.draft.answers)
        self._ask("A future master", MASTER_NOTE, value)

    def action_vip(self) -> None:
        self._ask("A virtual address or load balancer", VIP_NOTE)

    def action_paste(self, text: str = "") -> None:
        self.app.push_screen(PasteSans(sans_view.known(self._rows), text), self._extend)

    def on_paste(self, event: Paste) -> None:
        """A paste into the list opens the dialog with it."""
        if isinstance(self.focused, SanTable):
            event.stop()
            self.action_paste(event.text)

    def _own(self) -> Row | None:
        """The highlighted row if it may be changed; else says why not."""
        row = self.query_one(SanTable).row
        if row is not None and row.number >= 0:
            return row
        if row is not None:
            wrong = row.standing is Standing.WRONG
            self._tell(f"{printable(row.value, 60)} {NO_LIST if wrong else LOCKED}")
        return None

    def action_edit(self) -> None:
        row = self._own()
        if row is None:
            return

        def changed(values: list[str] | None) -> None:
            if values:
                self.draft.set(f"sans.{row.number}", values[0])

        known = sans_view.known(self._rows, but=row.number)
        dialog = EnterSans("Change the entry", NOTE, known, value=printable(row.value), one=True)
        self.app.push_screen(dialog, changed)

    def action_remove(self) -> None:
        if row := self._own():
            san_list.remove(self.draft, row.number)
            self._tell(f"– took {printable(row.value, 60)} out")

    def action_move(self, by: int) -> None:
        """by: -1 up, +1 down, among one's own."""
        row = self._own()
        to = san_list.move(self.draft, row.number, by) if row else None
        if to is not None:
            self.query_one(SanTable).to_number(to)

    def action_simulate(self) -> None:
        self.query_one("#client", Input).focus()

    def action_to_list(self) -> None:
        self.query_one(SanTable).focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """What the list or the simulator is for, in the place of a field's hint."""
        event.prevent_default()
        if isinstance(event.widget, SanTable):
            self._show_entry()
        else:
            self._told = None
            self.hint(SIMULATOR_HINT)

    def on_simulator_add(self, event: Simulator.Add) -> None:
        self._extend([event.value])


PAGE = SansPage

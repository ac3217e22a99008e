"""The Hosts page: a table of masters, checked live while they are entered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Container, Vertical
from textual.widgets import Static

from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.hosts import host_list, host_progress
from tui_installer.front.tui.screens.hosts.host_details import HostDetails
from tui_installer.front.tui.screens.hosts.host_forms import HostForms
from tui_installer.front.tui.screens.hosts.host_keys import ReviewKeys
from tui_installer.front.tui.screens.hosts.host_paste import PasteHosts
from tui_installer.front.tui.screens.hosts.host_rows import hosts_of, rows_of, want_checks
from tui_installer.front.tui.screens.hosts.host_table import WORDS_FROM, HostTable
from tui_installer.front.tui.screens.hosts.led_hosts import LedHosts
from tui_installer.front.tui.widgets.help_panel import HelpPanel
from tui_installer.front.tui.widgets.prompts import Question

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Resize

    from tui_installer.actions.host_checks.host_check import NewKey
    from tui_installer.front.tui.screens.hosts.host_rows import HostRow

TYPING = 0.6
"""Seconds after the last keystroke until a host is checked."""
POLL = 0.1


class HostsPage(HostForms, LedHosts, Page):
    INFO: ClassVar = page("hosts")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "HostTable"
    KEYS: ClassVar = (
        Command(
            "enter",
            "forward",
            "Next",
            "What comes next: a field to fix, a key to review, or the next page.",
            footer=False,
        ),
        Command("a", "add", "Add", "Add a host."),
        Command("e", "edit", "Edit", "Edit the highlighted host."),
        Command(
            "d",
            "remove",
            "Remove",
            "Remove the highlighted host from the list; asks first.",
            footer=False,
        ),
        Command("p", "paste", "Paste", "Paste many hosts at once."),
        Command(
            "s", "login", "Login", "Set the login for all hosts: user, port, keys, jump host, sudo."
        ),
        Command(
            "k", "keys", "Keys", "Review host keys that no known_hosts file has.", footer=False
        ),
        Page.FIX,
        Command("r", "again", "Check", "Check all hosts again."),
        Command("alt+up", "move(-1)", "Up", "Move the host up.", footer=False),
        Command("alt+down", "move(1)", "Down", "Move the host down.", footer=False),
    )

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[HostRow] = []
        self._drawn: tuple[Any, ...] = ()
        self.led = False
        """Whether the hint says why the page was opened."""

    def compose_body(self) -> ComposeResult:
        with Container(id="hosts"):
            with Vertical(id="list"):
                yield HostTable()
                yield Static(id="summary", markup=False)
            with Vertical(id="side"):
                yield HostDetails()

    def on_mount(self) -> None:
        self.rows = rows_of(self.draft, self.app.engine)
        want_checks(self.rows, self.app.engine, after=0.0)
        self.set_interval(POLL, self._poll)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.show())
        self.call_after_refresh(self.show)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width >= WORDS_FROM, "-words")
        self.call_after_refresh(self.show)

    def draft_changed(self) -> None:
        self.rows = rows_of(self.draft, self.app.engine)
        want_checks(self.rows, self.app.engine, after=TYPING)
        self.show()

    def _poll(self) -> None:
        """Polls the checks ten times a second; draws only changes."""
        checks = self.app.engine.checks
        self.rows = [
            replace(row, check=checks.get(row.target)) if row.target else row for row in self.rows
        ]
        state = tuple((id(row.check), row.check.changes) for row in self.rows if row.check)
        if state != self._drawn or self.app.engine.pool.busy:
            if state != self._drawn:
                self.refresh_bindings()
            self._drawn = state
            self.show()

    def show(self) -> None:
        if not self.is_mounted or not self.query(HostTable):
            return
        self.table.show(self.rows, width=self.size.width)
        problem = next((p for p in self.draft.problems if p.path == "hosts"), None)
        line = host_progress.summary(self.rows, problem)
        self.query_one("#summary", Static).update(line, layout=False)
        for details in self.query(HostDetails):
            details.show(self.row)
        if self.led and self.lead is not None:
            self.say_led(self.lead)

    @property
    def table(self) -> HostTable:
        return self.query_one(HostTable)

    @property
    def row(self) -> HostRow | None:
        at = next((table.cursor_row for table in self.query(HostTable)), -1)
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def on_data_table_row_highlighted(self) -> None:
        self.show()
        self.refresh_bindings()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if isinstance(event.widget, HostTable):
            self.close_form()

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers to review keys and to fix a host only where there is something to do."""
        del parameters
        allowed = {
            "keys": bool(host_progress.new_keys(self.rows)),
            "fix": host_progress.failing(self.row) is not None,
        }
        return allowed.get(action, True)

    async def action_forward(self) -> None:
        """Opens what comes next: a field to fix, new keys to review, or the next page."""
        row = self.row
        if row is None:
            await self.action_add()
        elif row.problems:
            await self.action_edit()
        elif host_progress.new_keys(self.rows):
            self.action_keys()
        elif why := host_progress.obstacle(self.rows, self.draft.problems_of(self.INFO)):
            self.hint(why, problem=True)
        elif self.came_from:
            self.action_back()
        else:
            self.action_next()

    async def action_add(self) -> None:
        number = host_list.add(self.draft)
        self.table.move_cursor(row=number)
        await self.edit(number, "New host")

    async def action_edit(self) -> None:
        row = self.row
        if row is None:
            self.hint("There is no host yet: press a to add one.")
        else:
            await self.edit(row.number, f"Host {row.number + 1}")

    def action_back(self) -> None:
        if self.query_one(HelpPanel).display or not self.close_form():
            super().action_back()

    def action_remove(self) -> None:
        row = self.row
        if row is None:
            return
        question = Question(
            f"Remove {printable(row.name, 40)}?",
            "The host is removed from the list. Nothing changes on the host itself.",
            yes="Remove",
            no="Keep",
        )
        self.app.push_screen(
            question, lambda yes: host_list.remove(self.draft, row.number) if yes else None
        )

    def action_move(self, by: int) -> None:
        row = self.row
        to = row.number + by if row else -1
        if row and 0 <= to < len(self.rows):
            host_list.swap(self.draft, row.number, to)
            self.table.move_cursor(row=to)

    def action_paste(self) -> None:
        self.app.push_screen(PasteHosts(hosts_of(self.draft)), self._pasted)

    def _pasted(self, hosts: list[dict[str, Any]] | None) -> None:
        if hosts:
            host_list.extend(self.draft, hosts)
            want_checks(self.rows, self.app.engine, after=0.0)

    def action_keys(self) -> None:
        def accepted(chosen: tuple[NewKey, ...] | None) -> None:
            if chosen:
                self.app.engine.spawn(self._write(chosen))

        keys = host_progress.new_keys(self.rows)
        if keys:
            self.app.push_screen(ReviewKeys(keys), accepted)
        else:
            self.hint("Every host key is known.")

    async def _write(self, keys: tuple[NewKey, ...]) -> None:
        problem = await self.app.engine.pool.accept(keys)
        if problem and self.is_mounted:
            self.hint(problem, problem=True)

    def action_again(self) -> None:
        self.app.engine.pool.again(row.target for row in self.rows if row.target)


PAGE = HostsPage

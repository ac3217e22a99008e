"""Failures of hosts: where the Hosts page shows one, and what fixes it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from tui_installer.actions.host_checks.host_check import State
from tui_installer.front.tui.leads import Lead
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.hosts import host_progress

if TYPE_CHECKING:
    from tui_installer.front.tui.page import Page
    from tui_installer.front.tui.screens.hosts.host_rows import HostRow
    from tui_installer.front.tui.screens.hosts.host_table import HostTable

# Not a Page at run time: the class that uses it is one.
if TYPE_CHECKING:
    _Base = Page
else:
    _Base = object


class LedHosts(_Base):
    """rows: the hosts. led: whether the hint says why the page was opened."""

    rows: list[HostRow]
    led: bool

    @property
    @abstractmethod
    def table(self) -> HostTable:
        """The table of hosts."""

    @property
    @abstractmethod
    def row(self) -> HostRow | None:
        """The host that the cursor is on."""

    @abstractmethod
    def action_keys(self) -> None:
        """Reviews new host keys."""

    @abstractmethod
    async def action_edit(self) -> None:
        """Opens the form of the host."""

    @abstractmethod
    async def action_login(self) -> None:
        """Opens the form of the login for all hosts."""

    def follow(self, lead: Lead) -> None:
        """Moves the cursor to the host of a failure."""
        if lead.host is not None and lead.host < len(self.rows):
            self.table.move_cursor(row=lead.host)
        self.table.focus()
        self.led = True
        self.say_led(lead)

    def say_led(self, lead: Lead) -> None:
        """Says why the page was opened, until the host of the failure is ready."""
        row = self.row
        if row is None or row.number != lead.host:
            self.led = False
            self.hint("")
        elif row.check is not None and row.check.passed:
            self.led = False
            self.hint(f"{printable(row.name, 40)} is ready.{self.goes_back}")
        else:
            self.hint(self.why(lead), problem=bool(lead.why))

    @property
    def here(self) -> Lead:
        return Lead(self.INFO.id, host=self.row.number if self.row else None)

    async def action_fix(self) -> None:
        """Goes to what fixes the first failing check of the highlighted host."""
        row, found = self.row, host_progress.failing(self.row)
        if row is None or found is None:
            return
        question, cell = found
        if cell.state is State.REVIEW:
            self.action_keys()
        elif answer := host_progress.BY_ANSWERS.get(question):
            await self.action_edit()
            self._focus_answer(f"hosts.{row.number}.{answer}")
        elif answer := host_progress.BY_LOGIN.get(question):
            await self.action_login()
            self._focus_answer(answer)
        elif path := host_progress.ELSEWHERE.get(question):
            why = cell.evidence[0] if cell.evidence else question
            lead = Lead("cluster", f"{row.name}: {why}", path)
            self.app.go(lead.page, lead=lead, came_from=self.trail)
        else:
            self.hint(f"{row.name}: fix it on the host, then press r: {cell.hint}", problem=True)

"""The hosts page: a table of masters, checked live while they are entered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_installer.actions.host_check import State
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.host_rows import hosts_of, rows_of
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.help_panel import HelpPanel
from tui_installer.front.tui.widgets.host_details import HostDetails
from tui_installer.front.tui.widgets.host_form import HostForm, LoginForm
from tui_installer.front.tui.widgets.host_keys import ReviewKeys
from tui_installer.front.tui.widgets.host_paste import PasteHosts
from tui_installer.front.tui.widgets.host_table import WORDS_FROM, HostTable
from tui_installer.front.tui.widgets.prompts import Question

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Resize
    from textual.widget import Widget

    from tui_installer.actions.host_check import NewKey
    from tui_installer.front.tui.host_rows import HostRow

TYPING = 0.6
"""Seconds after the last keystroke until a host is checked."""
POLL = 0.1


class HostsPage(Page):
    INFO: ClassVar = page("hosts")
    CSS_PATH = "hosts.tcss"
    AUTO_FOCUS = "HostTable"
    KEYS: ClassVar = (
        Command(
            "enter",
            "forward",
            "Go on",
            "What comes next: to mend, to review, or the next page.",
            footer=False,
        ),
        Command("a", "add", "Add", "Add a host."),
        Command("e", "edit", "Edit", "Edit the highlighted host."),
        Command("d", "remove", "Remove", "Remove the highlighted host from the list; asks."),
        Command("p", "paste", "Paste", "Paste many hosts at once."),
        Command(
            "s", "login", "Login", "Who logs in to all hosts: user, port, keys, jump host, sudo."
        ),
        Command("k", "keys", "Keys", "Review the host keys that nobody knows yet.", footer=False),
        Command("r", "again", "Check", "Check all hosts again."),
        Command("alt+up", "move(-1)", "Up", "Move the host up.", footer=False),
        Command("alt+down", "move(1)", "Down", "Move the host down.", footer=False),
    )

    def compose_body(self) -> ComposeResult:
        with Container(id="hosts"):
            with Vertical(id="list"):
                yield HostTable()
                yield Static(id="summary", markup=False)
            with Vertical(id="side"):
                yield HostDetails()

    def on_mount(self) -> None:
        self._rows = rows_of(self.draft, self.app.engine)
        self._drawn: tuple[Any, ...] = ()
        self._want(after=0.0)
        self.set_interval(POLL, self._poll)
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show())
        self.call_after_refresh(self._show)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width >= WORDS_FROM, "-words")
        self.call_after_refresh(self._show)

    def draft_changed(self) -> None:
        self._rows = rows_of(self.draft, self.app.engine)
        self._want(after=TYPING)
        self._show()

    def _want(self, *, after: float) -> None:
        targets = [row.target for row in self._rows if row.target]
        self.app.engine.pool.want(targets, after=after)

    def _poll(self) -> None:
        """The checks are looked at ten times a second; only what changed is drawn."""
        checks = self.app.engine.checks
        self._rows = [
            replace(row, check=checks.get(row.target)) if row.target else row for row in self._rows
        ]
        state = tuple((id(row.check), row.check.changes) for row in self._rows if row.check)
        if state != self._drawn or self.app.engine.pool.busy:
            self._drawn = state
            self._show()

    def _show(self) -> None:
        if not self.is_mounted or not self.query(HostTable):
            return
        self._table.show(self._rows, width=self.size.width)
        self.query_one("#summary", Static).update(self._summary(), layout=False)
        for details in self.query(HostDetails):
            details.show(self._row)

    @property
    def _table(self) -> HostTable:
        return self.query_one(HostTable)

    @property
    def _row(self) -> HostRow | None:
        at = self._table.cursor_row
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _summary(self) -> Content:
        checks = [row.check for row in self._rows if row.check]
        passed, bad = sum(c.passed for c in checks), sum(bool(c.bad) for c in checks)
        busy = sum(not c.ended for c in checks)
        keys = len(self._new_keys())
        parts = [Content(f"{len(self._rows)} host{'s' if len(self._rows) != 1 else ''}")]
        for number, text, colour in (
            (passed, "✓ {} ready", "$text-success"),
            (bad, "✗ {} not", "$text-error"),
            (busy, "… {} being checked", "$state-run"),
            (keys, "? {} new host keys: k" if keys > 1 else "? {} new host key: k", "$text-accent"),
        ):
            if number:
                parts.append(Content.styled(text.format(number), f"bold {colour}"))
        problem = next((p for p in self.draft.problems if p.path == "hosts"), None)
        if problem and self._rows:
            parts.append(Content.styled(f"! {problem.message}", "$text-warning"))
        return Content("   ").join(parts)

    def on_data_table_row_highlighted(self) -> None:
        self._show()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if isinstance(event.widget, HostTable):
            self._close_form()

    # What the keys do.

    async def action_forward(self) -> None:
        """The sensible next thing, said where it is not simply the next page."""
        row = self._row
        if row is None:
            await self.action_add()
        elif row.problems:
            await self.action_edit()
        elif self._new_keys():
            self.action_keys()
        elif why := self._against():
            self.hint(why, problem=True)
        else:
            self.action_next()

    def _against(self) -> str:
        """Why Enter does not go on; Ctrl+N does so all the same."""
        if problems := self.draft.problems_of(self.INFO):
            first = problems[0]
            return f"{printable(first.path)}: {first.message}" + (
                f" ({first.hint})" if first.hint else ""
            )
        checks = [(row, row.check) for row in self._rows if row.check]
        if waiting := sum(not check.ended for _, check in checks):
            return f"{waiting} still being checked; Enter goes on when they are done, Ctrl+N now."
        for row, check in checks:
            if check.bad:
                question, cell = check.bad[0]
                told = cell.evidence[0] if cell.evidence else question
                return f"{printable(row.name, 40)}: {told}. Ctrl+N goes on all the same."
        return ""

    async def action_add(self) -> None:
        hosts = self.draft.data.get("hosts")
        if not isinstance(hosts, list):
            hosts = self.draft.data["hosts"] = []
        hosts.append({"address": ""})
        self.draft.changed()
        self._table.move_cursor(row=len(hosts) - 1)
        await self._edit(len(hosts) - 1, "New host")

    async def action_edit(self) -> None:
        row = self._row
        if row is None:
            self.hint("There is no host yet: a adds one.")
        else:
            await self._edit(row.number, f"Host {row.number + 1}")

    async def _edit(self, number: int, title: str) -> None:
        host = self.draft.get(f"hosts.{number}")
        if not isinstance(host, dict):
            self.draft.data["hosts"][number] = {"address": ""}
        await self._open(HostForm(self.draft, number, f"{title}   Enter: next field, Esc: done"))

    async def action_login(self) -> None:
        await self._open(LoginForm(self.draft))

    async def _open(self, form: Widget) -> None:
        """Awaited, so that keys pressed meanwhile go to the form."""
        side = self.query_one("#side")
        await side.query("HostForm, LoginForm").remove()
        self.query_one(HostDetails).display = False
        self.add_class("-editing")
        await side.mount(form)
        self.set_focus(form.query(Input).first())

    def _close_form(self) -> bool:
        """Whether there was one. A new host that nothing was said about goes with it."""
        forms = self.query("HostForm, LoginForm")
        if not forms or not self.has_class("-editing"):
            return False
        self.remove_class("-editing")
        forms.remove()
        self.query_one(HostDetails).display = True
        self._drop_empty()
        self._table.focus()
        self._show()
        return True

    def _drop_empty(self) -> None:
        hosts = self.draft.get("hosts")
        if isinstance(hosts, list):
            kept = [host for host in hosts if host not in ({}, {"address": ""})]
            if len(kept) != len(hosts):
                self.draft.data["hosts"] = kept
                self.draft.changed()

    def action_back(self) -> None:
        if self.query_one(HelpPanel).display or not self._close_form():
            super().action_back()

    def action_remove(self) -> None:
        row = self._row
        if row is None:
            return
        question = Question(
            f"Remove {printable(row.name, 40)}?",
            "It is taken off the list. Nothing is changed on the host itself.",
            yes="Remove",
            no="Keep",
        )
        self.app.push_screen(question, lambda yes: self._remove(row.number) if yes else None)

    def _remove(self, number: int) -> None:
        del self.draft.data["hosts"][number]
        self.draft.changed()

    def action_move(self, by: int) -> None:
        row = self._row
        to = row.number + by if row else -1
        if row and 0 <= to < len(self._rows):
            hosts = self.draft.data["hosts"]
            hosts[row.number], hosts[to] = hosts[to], hosts[row.number]
            self.draft.changed()
            self._table.move_cursor(row=to)

    def action_paste(self) -> None:
        self.app.push_screen(PasteHosts(hosts_of(self.draft)), self._pasted)

    def _pasted(self, hosts: list[dict[str, Any]] | None) -> None:
        if hosts:
            given = self.draft.data.get("hosts")
            self.draft.data["hosts"] = [*(given if isinstance(given, list) else []), *hosts]
            self.draft.changed()
            self._want(after=0.0)

    def _new_keys(self) -> list[tuple[NewKey, str]]:
        """Each key once, with the names of the hosts that it is for."""
        names: dict[NewKey, list[str]] = {}
        for row in self._rows:
            if row.check and row.check.new_key and row.check.cells["key"].state is State.REVIEW:
                names.setdefault(row.check.new_key, []).append(printable(row.name, 20))
        return [(key, ", ".join(hosts)) for key, hosts in names.items()]

    def action_keys(self) -> None:
        keys = self._new_keys()
        if keys:
            self.app.push_screen(ReviewKeys(keys), self._accepted)
        else:
            self.hint("No host has shown a key that is not known.")

    def _accepted(self, keys: tuple[NewKey, ...] | None) -> None:
        if keys:
            self.app.engine.spawn(self._write(keys))

    async def _write(self, keys: tuple[NewKey, ...]) -> None:
        problem = await self.app.engine.pool.accept(keys)
        if problem and self.is_mounted:
            self.hint(problem, problem=True)

    def action_again(self) -> None:
        self.app.engine.pool.again(row.target for row in self._rows if row.target)


PAGE = HostsPage

"""The Audit page: every control with its evidence, filtered by result."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_installer.errors import InstallerError
from tui_installer.front.text.audit_text import MARKS, counts, grouped
from tui_installer.front.tui import leads
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.leads import Lead, Trouble
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import PageInfo
from tui_installer.front.tui.widgets.parts_bar import PartsBar
from tui_installer.front.tui.widgets.result_tables import ResultTable
from tui_installer.front.tui.widgets.trouble_list import TroubleList
from tui_installer.front.tui.widgets.wording import plain
from tui_installer.model.audit import BENCHMARK, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.events import DescendantFocus

    from tui_installer.model.audit import Audit, Judged, Verdict
    from tui_installer.model.spec import Spec

FILTERS: tuple[tuple[str, str, Result | None], ...] = (
    ("all", "All", None),
    ("fail", "Fail", Result.FAIL),
    ("pass", "Pass", Result.PASS),
    ("na", "Not applicable", Result.NOT_APPLICABLE),
)
READING = "1 to 4 filter by result; Tab goes to the evidence, arrows scroll it."
TINTS = {
    Result.PASS: "text-success",
    Result.FAIL: "text-error",
    Result.NOT_APPLICABLE: "state-skip",
}
INFO = PageInfo(
    "audit", "Audit",
    f"The running cluster, audited against the {BENCHMARK}.",
    (),
    "The audit reads what really runs on the hosts: flags, files, owners and modes. Nothing is "
    "changed. Numbers are the benchmark's; own.N are additional. `tui-installer audit` reports "
    "the same without the wizard, also for clusters that this program did not install.",
    "ps -ef | grep kube-apiserver; stat -c '%a %U:%G %n' /opt/kubernetes/ssl/*",
)  # fmt: skip


class AuditPage(Page):
    INFO: ClassVar = INFO
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#controls"
    KEYS = (
        Page.FIX,
        Command("ctrl+r", "look", "Refresh", "Query the hosts again."),
        *(
            Command(str(number), f"only('{name}')", title, f"Show: {title.lower()}.", footer=False)
            for number, (name, title, _) in enumerate(FILTERS, 1)
        ),
    )

    def __init__(self) -> None:
        super().__init__()
        self._audit: Audit | None = None
        self._shown: list[Judged] = []
        self._only = FILTERS[0]
        self._busy, self._asked = False, 0.0

    def compose_body(self) -> ComposeResult:
        yield Static(id="verdict", markup=False)
        yield PartsBar(tuple((name, title) for name, title, _ in FILTERS))
        with Vertical(id="panes"):
            yield ResultTable("controls", fitting=True)
            yield TroubleList(id="troubles")
            with VerticalScroll(id="evidence"):
                yield Static(markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(PartsBar).show(self._only[0])
        self.set_interval(0.5, self._tick)
        self.action_look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        # It is not in the order of the pages, so it has no next one.
        return self.leads if action == "fix" else action != "next"

    @property
    def trouble(self) -> Trouble | None:
        """The failure that the cursor is on; else the failed control that it is on."""
        tables, lists = self.query("#controls").results(ResultTable), self.query(TroubleList)
        if listed := next((one for one in lists if one.display), None):
            return listed.chosen
        at = next((table.cursor_row for table in tables), len(self._shown))
        one = self._shown[at] if at < len(self._shown) else None
        return _fixed_by_a_run(one) if one is not None and one.result is Result.FAIL else None

    def action_look(self) -> None:
        """Queries all hosts, unless a query is running."""
        spec = self.app.engine.spec or self.draft.spec()
        if spec is None:
            self._say("! The answers need fixing before the hosts can be audited.", "warning")
            self._list(tuple(map(leads.of_problem, self.draft.problems)))
        elif not self._busy:
            self._busy, self._asked = True, time.monotonic()
            self._list(())
            self._tick()
            self.app.engine.spawn(self._look(spec))

    async def _look(self, spec: Spec) -> None:
        try:
            audit = await self.app.engine.audit(spec)
        except InstallerError as error:
            self._busy = False
            if self.is_mounted:
                self._show_error(error)
        else:
            self._busy = False
            if self.is_mounted:
                self._show(audit)

    def _tick(self) -> None:
        if self._busy and self.is_mounted:
            self._say(f"… reading the hosts, {time.monotonic() - self._asked:.0f} s", "primary")

    def _say(self, text: str, tint: str) -> None:
        line = Content.styled(plain(text), f"$text-{tint}")
        self.query_one("#verdict", Static).update(line)

    def _show_error(self, error: InstallerError) -> None:
        self._audit, self._shown = None, []
        self._fill()
        troubles = leads.of_error(self.draft, error)
        goes = "; Enter goes to where it is fixed" if any(t.lead for t in troubles) else ""
        self._say(f"✗ The hosts could not be audited{goes}, Ctrl+R tries again", "error")
        self._list(troubles)

    def _list(self, troubles: tuple[Trouble, ...]) -> None:
        """Shows what prevents the audit in place of its controls."""
        self.set_class(bool(troubles), "-failed")
        listed = self.query_one(TroubleList)
        listed.show(troubles)
        self.refresh_bindings()
        if troubles:
            self.call_after_refresh(listed.focus)

    async def on_option_list_option_selected(self) -> None:
        await self.action_fix()

    def _show(self, audit: Audit) -> None:
        self._audit = audit
        failed = audit.count(Result.FAIL)
        mark = "✗" if failed else "✓"
        self._say(f"{mark} {counts(audit)}", "error" if failed else "success")
        self._fill()

    def _fill(self) -> None:
        wanted = self._only[2]
        controls = self._audit.controls if self._audit else ()
        self._shown = [one for one in controls if wanted in {None, one.result}]
        self.query_one("#controls", ResultTable).fill(("", "Number", "Control"), self._rows())
        if self._audit and not self._shown:
            self._show_evidence([Content("No control has this result.")])

    def _rows(self) -> Iterator[tuple[tuple[str, str], ...]]:
        for one in self._shown:
            yield (MARKS[one.result][0], TINTS[one.result]), (one.number, ""), (one.title, "")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Shows how to read more instead of a field's hint."""
        event.prevent_default()
        self.hint(READING)

    def action_only(self, name: str) -> None:
        self._only = next(one for one in FILTERS if one[0] == name)
        self.query_one(PartsBar).show(name)
        table = self.query_one("#controls", ResultTable)
        table.move_cursor(row=0)
        self._fill()
        table.focus()

    def on_parts_bar_chosen(self, event: PartsBar.Chosen) -> None:
        self.action_only(event.part)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        if event.cursor_row < len(self._shown):
            one = self._shown[event.cursor_row]
            self._show_evidence(list(_detail(one)))
            self.query_one("#evidence").scroll_home(animate=False)
            self.refresh_bindings()

    def _show_evidence(self, lines: list[Content]) -> None:
        self.query_one("#evidence Static", Static).update(Content("\n").join(lines))


def _fixed_by_a_run(one: Judged) -> Trouble:
    """The run restores what this program installed; its answers have the toggles."""
    return Trouble("", one.title, (), one.fix, Lead("review", f"{one.number}: {one.fix}"))


def _detail(one: Judged) -> Iterator[Content]:
    yield Content.styled(f"{one.number}  {one.title}", "bold")
    for verdict, hosts in grouped(one):
        yield _evidence(verdict, hosts)
    if one.result is Result.FAIL:
        yield Content.assemble(("Fix: ", "$text-primary"), one.fix)


def _evidence(verdict: Verdict, hosts: list[str]) -> Content:
    mark = MARKS[verdict.result][0].strip()
    where = plain(", ".join(hosts))
    return Content.assemble(
        (f"{mark} {where}: ", f"${TINTS[verdict.result]}"), plain(verdict.evidence)
    )


PAGE = AuditPage

"""The Done page: the verification with its evidence, and the next steps."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, DataTable, Static

from tui_installer.errors import ExitCode, InstallerError
from tui_installer.front.text.style import duration
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.leads import Lead, Trouble
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.screens.done import next_steps
from tui_installer.front.tui.widgets import result_tables
from tui_installer.front.tui.widgets.parts_bar import PartsBar
from tui_installer.front.tui.widgets.prompts import NameFile
from tui_installer.front.tui.widgets.result_tables import ResultTable
from tui_installer.front.tui.widgets.wording import plain

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

    from tui_installer.actions.runs.outcome import Outcome
    from tui_installer.model.run.events import Checked
    from tui_installer.model.run.state import RunState
    from tui_installer.model.spec import Spec

PARTS = (
    ("checks", "Checks", "The verification, each line with its evidence."),
    ("use", "Use it", "The kubeconfig, how to use it, and the paths of all files."),
    ("join", "Join nodes", "What a node needs to join the cluster."),
    ("certs", "Certificates", "When each certificate expires."),
    ("times", "Times", "The duration of each step on each host."),
)
HIDE_AFTER = 60
"""Seconds until a token that is shown is hidden again."""


class DonePage(Page):
    INFO: ClassVar = page("done")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#checks-table"
    KEYS = (
        Page.FIX,
        Command("c", "copy", "Copy", "Copy the kubeconfig's path to the clipboard."),
        Command("v", "reveal", "Token", "Show the token that nodes join with, or hide it again."),
        Command("b", "save_join", "Join file", "Save the bootstrap kubeconfig for nodes, 0600."),
        Command("a", "app.audit", "Audit", "Audit the running cluster against the CIS Benchmark."),
        Command("s", "app.save_as", "Save", "Save the answers, to repeat this headlessly."),
        Command("q", "app.quit", "Quit", "Leave; everything is saved.", footer=False),
        *(
            Command(str(number), f"part('{part}')", title, about, footer=False)
            for number, (part, title, about) in enumerate(PARTS, 1)
        ),
    )

    def compose_body(self) -> ComposeResult:
        yield Static(id="verdict", markup=False)
        yield PartsBar(tuple((part, title) for part, title, _ in PARTS))
        with ContentSwitcher(initial="checks"):
            yield Vertical(
                ResultTable("checks-table", fitting=True),
                VerticalScroll(Static(markup=False), id="evidence", can_focus=False),
                id="checks",
            )
            yield VerticalScroll(Static(markup=False), id="use")
            yield VerticalScroll(Static(markup=False), id="join")
            yield Vertical(ResultTable("certs-table", fitting=True), id="certs")
            yield Vertical(ResultTable("times-table"), id="times")

    def __init__(self) -> None:
        super().__init__()
        self._outcome: Outcome | None = None
        self._shown = False
        self._checks: list[Checked] = []

    def on_mount(self) -> None:
        super().on_mount()
        if not self.query("#times-table"):
            return  # the app is being closed, its widgets are gone already
        self._checks = result_tables.in_order(self.state)
        self.query_one("#verdict", Static).update(self._verdict())
        self.query_one(PartsBar).show("checks")
        self._fill_tables()
        self._show_next_steps()
        self.run_worker(self._read(), exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return self.leads if action == "fix" else action != "next"  # the last page

    @property
    def trouble(self) -> Trouble | None:
        """A run that failed or never ran; then certificates that cannot be used."""
        finish = self.state.finish
        if finish is not None and finish.exit_code != ExitCode.OK:
            return _lead("deploy", "the run failed")
        if finish is None and not self.app.engine.running:
            return _lead("review", "nothing has run yet")
        old = self._outcome.unusable(time.time()) if self._outcome else ()
        return _lead("certificates", f"{old[0].name} cannot be used") if old else None

    @property
    def state(self) -> RunState:
        return self.app.engine.state

    @property
    def spec(self) -> Spec | None:
        """What was installed; before any run, what the draft asks for."""
        return self.app.engine.spec or self.draft.spec()

    async def _read(self) -> None:
        """Reads the files in a thread; the page stays usable."""
        from tui_installer.actions.runs import outcome  # noqa: PLC0415 - not before it is needed

        if (spec := self.spec) is not None:
            self._outcome = await asyncio.to_thread(outcome.read, spec, self.draft.session)
            if not self.is_attached:
                return
            rows = result_tables.expiry_rows(self._outcome.expiries)
            heads = ("", "Certificate", "Expires", "In", "Subject")
            self.query_one("#certs-table", ResultTable).fill(heads, rows)
            self._show_next_steps()
            self.refresh_bindings()

    def _verdict(self) -> Content:
        finish, state = self.state.finish, self.state
        if finish is None:
            running = self.app.engine.running
            word = "The run is under way." if running else "Nothing has run yet; g goes to Review."
            return Content.styled(f"· {word}", "$text-warning")
        counts = f"{finish.changes} changes, {finish.restarts} restarts, {duration(finish.seconds)}"
        if finish.exit_code == ExitCode.OK:
            head = (
                "Control plane verified"
                if finish.changes
                else "Nothing to do: everything is up to date"
            )
            good = sum(check.ok for check in state.checks)
            return Content.assemble((f"✓ {head}", "bold $text-success"),
                                    f": {good} checks, {counts}")  # fmt: skip
        return Content.assemble((f"✗ Not finished (exit {finish.exit_code})", "bold $text-error"),
                                f": {counts}; g goes to the failures")  # fmt: skip

    def _fill_tables(self) -> None:
        checks = self.query_one("#checks-table", ResultTable)
        checks.fill(("", "Host", "Check", "Evidence"), result_tables.check_rows(self._checks))
        times = self.query_one("#times-table", ResultTable)
        times.fill(result_tables.time_heads(self.state), result_tables.time_rows(self.state))
        if not self._checks:
            self._show_evidence("No checks yet: they are the last step of a run.")

    def _show_next_steps(self) -> None:
        spec, outcome = self.spec, self._outcome
        if spec is None:
            return
        use = next_steps.use(spec, outcome, self.draft.file)
        self.query_one("#use Static", Static).update(use)
        self.query_one("#join Static", Static).update(
            next_steps.join(spec, outcome, shown=self._shown)
        )

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        if event.data_table.id == "checks-table" and event.cursor_row < len(self._checks):
            check = self._checks[event.cursor_row]
            self._show_evidence(f"{check.host}, {check.check}: {check.evidence}")

    def _show_evidence(self, text: str) -> None:
        self.query_one("#evidence Static", Static).update(Content(plain(text)))

    def action_part(self, part: str) -> None:
        self.query_one(ContentSwitcher).current = part
        self.query_one(PartsBar).show(part)
        shown = self.query_one(f"#{part}")
        table = next(iter(shown.query(ResultTable)), None)
        (table or shown).focus()

    def on_parts_bar_chosen(self, event: PartsBar.Chosen) -> None:
        self.action_part(event.part)

    def action_copy(self) -> None:
        path = self._outcome.path("kubeconfig") if self._outcome else None
        if path is None:
            self.hint("There is no kubeconfig yet.", problem=True)
        else:
            self.app.copy_to_clipboard(str(path))
            self.hint(f"Copied: {path}")

    def action_reveal(self) -> None:
        self._shown = not self._shown
        self.action_part("join")
        self._show_next_steps()
        if self._shown:
            self.hint(f"The token is visible; it is hidden again in {HIDE_AFTER} s.")
            self.set_timer(HIDE_AFTER, self._hide)

    def _hide(self) -> None:
        self._shown = False
        self._show_next_steps()

    def action_save_join(self) -> None:
        def named(path: Path | None) -> None:
            if path is not None:
                self.run_worker(self._save_join(path), exit_on_error=False)

        self.app.push_screen(NameFile("Save the bootstrap kubeconfig as", next_steps.FILE), named)

    async def _save_join(self, path: Path) -> None:
        from tui_installer.actions.runs import outcome  # noqa: PLC0415 - not before it is needed

        if (spec := self.spec) is None:
            return
        try:
            await asyncio.to_thread(outcome.save_join_file, spec, self.draft.session, path)
        except InstallerError as error:
            self.hint(f"{error.message}; {error.hint}", problem=True)
        else:
            self.hint(f"Saved {path}, mode 0600: it holds the token.")


def _lead(page_id: str, why: str) -> Trouble:
    return Trouble("", why, lead=Lead(page_id, why))


PAGE = DonePage

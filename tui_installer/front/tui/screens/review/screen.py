"""The Review page: the plan for the hosts' current state, or the answers that need fixing."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static, Tree
from textual.widgets.option_list import Option

from tui_installer.errors import InstallerError
from tui_installer.front.text.upload import upload
from tui_installer.front.tui import leads
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.last_plan import LastPlan
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.screens.review.explain import explain
from tui_installer.front.tui.screens.review.plan_tree import PlanTree, detail_lines
from tui_installer.front.tui.widgets.breadcrumb import Breadcrumb
from tui_installer.front.tui.widgets.trouble_list import TroubleList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.engine.core.operation import Operation
    from tui_installer.front.tui.leads import Trouble
    from tui_installer.model.run.plan import Change, Plan
    from tui_installer.model.spec import Spec

LAN_BYTES_PER_SECOND = 60e6
"""For the estimate: the rate over a gigabit link to a host that checks digests."""
START_SECONDS = 12
"""For the estimate: the start of etcd, the API server and the leader elections."""
RESTART_SECONDS = 5
"""For the estimate: until one API server is ready again; they restart one by one."""


class ReviewPage(Page):
    INFO: ClassVar = page("review")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "Tree, OptionList"
    KEYS = (
        Page.FIX,
        Command("ctrl+r", "plan", "Plan again", "Query the hosts again and regenerate the plan."),
        Command("f8", "start", "Start", "Run the plan."),
        Command("f8", "no_plan", "Start", "Say why nothing can start.", footer=False),
        Command("ctrl+n", "no_plan", "Next", "Say why nothing can start.", footer=False),
        Command("o", "other", "Other", "Switch between the interrupted operation and an install."),
        Command("ctrl+s", "app.save_as", "Save answers", "Save the answers as a file."),
    )

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0.0
        self._busy = self._cut = False

    def compose_body(self) -> ComposeResult:
        yield Static(id="summary", markup=False)
        with Horizontal(id="panes"):
            yield PlanTree(id="tree")
            yield OptionList(id="detail", compact=True)
        yield TroubleList(id="problems")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(0.5, self._tick)
        self.action_plan()

    def draft_changed(self) -> None:
        self.action_plan()

    def action_plan(self) -> None:
        """Queries all hosts; if the answers have problems, lists those instead."""
        if problems := self.draft.problems:
            self.app.engine.last_plan = None
            self._list_problems(len(problems))
            self._list(tuple(map(leads.of_problem, problems)))
            return
        spec = self.draft.spec()
        if spec is not None and not self._busy:
            self.app.engine.last_plan = None
            self._list(())
            self._busy, self._asked = True, time.monotonic()
            self._tick()
            self.app.engine.spawn(self._plan(spec))

    def _list_problems(self, count: int) -> None:
        self._say(
            f"! {count} answer{'s need' if count != 1 else ' needs'} fixing before there is a "
            "plan; Enter goes to the page",
            "$text-warning",
        )

    def _list(self, troubles: tuple[Trouble, ...]) -> None:
        """Shows what prevents the plan in place of it."""
        self.set_class(bool(troubles), "-wrong")
        listed = self.query_one(TroubleList)
        listed.show(troubles)
        self.query_one(Breadcrumb).refresh_state()
        self.refresh_bindings()
        if troubles:
            self.call_after_refresh(listed.focus)  # it is not displayed before

    async def _plan(self, spec: Spec) -> None:
        touched = self.draft.touched
        try:
            if self.draft.file is not None:  # the paths in the plan are those of the run
                await asyncio.to_thread(self.draft.settle)
            session = self.draft.session
            operation = await asyncio.to_thread(self.app.engine.operation, session)
            self._cut = await asyncio.to_thread(self.app.engine.cut, session)
            plan = await self.app.engine.plan(spec, session, lambda _: None)
        except InstallerError as error:
            troubles = leads.of_error(self.draft, error)
            self.app.engine.last_plan = LastPlan(touched, troubles=troubles)
            self._show_error(error, troubles)
        else:
            self.app.engine.last_plan = LastPlan(touched, plan)
            self._show_plan(operation, plan)
        finally:
            self._busy = False

    def _tick(self) -> None:
        if self._busy:
            hosts = len(self.draft.answers.hosts)
            self._say(
                f"… asking {hosts} hosts, {time.monotonic() - self._asked:.0f} s", "$state-run"
            )

    def _say(self, text: str, colour: str) -> None:
        for line in self.query("#summary").results(Static):  # none while the wizard closes
            line.update(Content.styled(text, colour))

    def _show_error(self, error: InstallerError, troubles: tuple[Trouble, ...]) -> None:
        if not self.is_mounted:
            return
        self._busy = False
        first = f"{error.message}. " if error.parts else ""
        leading = any(one.lead is not None for one in troubles)
        goes = "Enter goes to where one is fixed, " if leading else ""
        self._say(f"✗ No plan. {first}{goes}Ctrl+R plans again", "$text-error")
        self.query_one(PlanTree).clear()
        self._list(troubles)

    def _show_plan(self, operation: Operation, plan: Plan) -> None:
        if not self.is_mounted:
            return
        self._busy = False
        self.refresh_bindings()
        tree = self.query_one(PlanTree)
        tree.show(plan)
        tree.focus()
        if plan.changes:
            text = (
                f"✓ {plan.changes} changes, {plan.restarts} restarts, {upload(plan.items)}"
                f"{_duration(plan)}. Press F8 to start: {operation.title}"
            )
        else:
            text = "✓ nothing to do: every host is up to date. Press F8 to verify anyway."
        self._say(text, "$text-success")

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[object]) -> None:
        if event.node.data is not None:  # the root of an emptied tree has none: the error stays
            self._fill(detail_lines(event.node.data))

    def _fill(self, lines: list[tuple[str, str]]) -> None:
        detail = self.query_one("#detail", OptionList)
        detail.clear_options()
        detail.add_options(Option(Content.styled(line or " ", style)) for line, style in lines)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Explains the line of a generated file that the cursor is on."""
        if event.option_list.id != "detail":
            return
        node = self.query_one(PlanTree).cursor_node
        change: Change | None = getattr(node.data, "change", None) if node else None
        if change is not None:
            self.hint(explain(change.target, str(event.option.prompt)))

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if isinstance(event.option_list, TroubleList):
            await self.action_fix()

    @property
    def trouble(self) -> Trouble | None:
        """The failure that the cursor is on, while there is no plan."""
        shown = (one for one in self.query(TroubleList) if one.display)
        return next((one.chosen for one in shown), None)

    async def action_fix(self) -> None:
        if self.leads:
            await super().action_fix()
        else:
            self.hint("No page fixes this one: follow its hint, then Ctrl+R plans again.")

    @property
    def _planned(self) -> bool:
        """Whether there is a plan of these answers."""
        planned = self.app.engine.last_plan
        return planned is not None and planned.carries(self.draft)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers the run, and the page with it, only if there is a plan; see `Page.KEYS`."""
        del parameters
        watched = self.app.engine.running
        allowed = {
            "other": self._cut,
            "fix": self.is_mounted and self.leads,
            "start": self._planned or watched,
            "next": self._planned or watched,
            "no_plan": not (self._planned or watched),
        }
        return allowed.get(action, True)

    def action_no_plan(self) -> None:
        """Says why nothing can start."""
        if self._busy:
            self.hint("The plan is still being made; it starts from there.")
        elif self.draft.problems:
            self.hint("Nothing can start: fix the answers listed above first.", problem=True)
        else:
            why = "Nothing can start: there is no plan. Fix what is listed, then press Ctrl+R."
            self.hint(why, problem=True)

    def action_other(self) -> None:
        """Plans an install instead of the interrupted operation, or the reverse."""
        if not self._busy and not self.app.engine.running:
            self.app.engine.install_instead = not self.app.engine.install_instead
            self.action_plan()

    def action_start(self) -> None:
        """Starts the run and goes to the Deploy page."""
        spec = self.draft.spec()
        if spec is not None and not self.app.engine.running:
            self.app.engine.start(spec, self.draft)
        self.app.go("deploy")


def _duration(plan: Plan) -> str:
    """Returns ``: about 40 s``; '' while the size of the uploads is unknown."""
    if plan.unsized:
        return ""
    sent = plan.upload / LAN_BYTES_PER_SECOND
    return f": about {START_SECONDS + sent + RESTART_SECONDS * plan.restarts:.0f} s"


PAGE = ReviewPage

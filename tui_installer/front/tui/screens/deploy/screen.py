"""The Deploy page: the live run, its logs and failures; polls the run's state."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_installer.errors import ExitCode
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.screens.deploy import cells, confirmation, log_keys
from tui_installer.front.tui.screens.deploy.failure_card import FailureCard, failures_of
from tui_installer.front.tui.screens.deploy.grid import StepGrid
from tui_installer.front.tui.screens.deploy.led_failures import LedFailures
from tui_installer.front.tui.screens.deploy.log_keys import LogKeys
from tui_installer.front.tui.screens.deploy.log_view import LogView
from tui_installer.front.tui.screens.deploy.overall import Overall
from tui_installer.front.tui.widgets import wording
from tui_installer.front.tui.widgets.prompts import Question
from tui_installer.model.run.events import OPERATOR

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.model.run.state import RunState

EVERY = 0.1
"""Seconds between two polls of the run."""
SHOW_DONE = 1.5
"""Seconds that 100 % is shown before the next page opens."""
_STOPPING = (
    "Nothing is rolled back, no file is left half written. The next run continues from there."
)


class DeployPage(LedFailures, LogKeys, Page):
    INFO: ClassVar = page("deploy")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "StepGrid"
    KEYS = (
        Command("enter", "start", "Start", "Start the run."),
        Command("enter", "finish", "Results", "Go to the verification and the next steps."),
        Page.FIX,
        Command("R", "retry", "Retry", "Run again; finished steps are not repeated."),
        Command("x", "cancel", "Cancel", "Stop the run; asks first, and shows each host's state."),
        Command("f", "card", "Card", "Switch between a failure's card and the log."),
        *log_keys.KEYS,
    )

    def __init__(self) -> None:
        super().__init__()
        self._watched = self._chosen = self._want_log = self._card_shown = False
        self._version: tuple[RunState | None, int, int] = (None, 0, 0)
        self._shape: tuple[object, ...] = ()

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="before", can_focus=False):
            yield Static(markup=False)
        yield Overall()
        yield StepGrid(self.app.engine.state)
        yield Static(id="cell", markup=False)
        yield LogView()
        yield FailureCard()

    def on_mount(self) -> None:
        super().on_mount()
        if not gc.get_freeze_count():
            # Modules and screens that exist by now exist until the end. To skip them makes the
            # garbage collector's pauses under load much shorter.
            gc.freeze()
        self.poll()
        self.set_interval(EVERY, self.poll)

    @property
    def state(self) -> RunState:
        return self.app.engine.state

    @property
    def running(self) -> bool:
        return self.app.engine.running

    @property
    def has_run(self) -> bool:
        """Whether there is anything of a run to show."""
        return self.running or self.state.start is not None or self.state.finish is not None

    # What is shown.

    def poll(self) -> None:
        """Runs ten times a second: draws only what changed."""
        state, log = self.state, self.query_one(LogView)
        seconds = int(state.elapsed * 5) if self.running else -1
        seen = (state, state.version, seconds)
        if state is not self._version[0]:
            self._chosen = self._want_log = False
        if seen == self._version:
            return
        self._version = seen
        self._arrange()
        if not self.has_run:
            self.query_one("#before Static", Static).update(
                confirmation.text(self.draft, self.app.engine)
            )
            return
        self.query_one(Overall).show(state)
        self.query_one(StepGrid).show(state)
        self._choose()
        log.drain(state)
        self._show_place()
        self._finished()

    def _arrange(self) -> None:
        """Shows the widgets of the run's phase; redraws the footer only if that changes."""
        has_run, carded = self.has_run, self._carded
        shape = (has_run, carded, self.running, self.state.finish, bool(self.state.failures))
        if shape == self._shape:
            return
        self._shape, self._card_shown = shape, carded
        if (start := self.state.start) is not None:
            text = f"{start.title}: {self.INFO.why[0].lower()}{self.INFO.why[1:]}"
            self.query_one("#why", Static).update(wording.plain(text))
        self.query_one("#before").display = not has_run
        for widget in (self.query_one(Overall), self.query_one(StepGrid), self.query_one("#cell")):
            widget.display = has_run
        self.query_one(LogView).display = has_run and not carded
        self.query_one(FailureCard).display = has_run and carded
        self.refresh_bindings()

    @property
    def _carded(self) -> bool:
        return not self._want_log and bool(failures_of(self.state, self.place))

    @property
    def place(self) -> str:
        """The place whose log or card is shown; a run that could not start has only a card."""
        return self.query_one(StepGrid).place or OPERATOR

    def _choose(self) -> None:
        """Shows the first failure, unless the user has moved the cursor."""
        if self.state.failures and not self._chosen:
            grid = self.query_one(StepGrid)
            first = self.state.failures[0]
            grid.go(first.host or OPERATOR)
            if first.step in grid.columns:
                grid.column = grid.columns.index(first.step)
            self._chosen = True
        elif not self._chosen and self.running:
            self._follow_work()

    def _follow_work(self) -> None:
        """Moves the cursor to a running step; prefers the cursor's row."""
        grid = self.query_one(StepGrid)
        at = cells.under_way(self.state, [grid.place, *grid.places])
        if at is not None:
            grid.go(at[1])
            grid.column = grid.columns.index(at[0])

    def _show_place(self) -> None:
        grid, state = self.query_one(StepGrid), self.state
        text = cells.detail(state, grid.step, grid.place) if grid.place else "starting"
        self.query_one("#cell", Static).update(Content(wording.plain(text)), layout=False)
        self.query_one(LogView).show(self.place)
        self._arrange()
        if self._carded:
            self.query_one(FailureCard).show(state, self.place, self.fixed_on)

    def _finished(self) -> None:
        if self.running:
            self._watched = True
            return
        finish = self.state.finish
        if not self._watched or finish is None or finish.exit_code != ExitCode.OK:
            return
        self._watched = False
        self.set_timer(SHOW_DONE, self._go_on)

    def _go_on(self) -> None:
        if self.app.screen is self and not self.running:
            self.app.go("done")

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        state, running = self.state, self.running
        over = not running and state.finish is not None
        good = over and state.finish is not None and state.finish.exit_code == ExitCode.OK
        allowed = {
            "start": self.may_start,
            "fix": self.leads,
            "finish": good,
            "retry": over and not good,
            "next": good,
            "cancel": running,
            "pause": running and not self._card_shown,
            "card": bool(state.failures),
        }
        if action in log_keys.OF_LOG - {"pause"}:
            return self.has_run and not self._card_shown
        return allowed.get(action, self.has_run or action not in log_keys.OF_BOTH)

    def action_start(self) -> None:
        spec = self.draft.spec()
        if spec is not None and not self.running:
            self.app.engine.start(spec, self.draft)
            self.poll()
            self.query_one(StepGrid).focus()

    def action_retry(self) -> None:
        if self.draft.spec() is None:
            self.hint("Some answers need fixing first: press g to go to them.", problem=True)
        else:
            self.action_start()

    def action_finish(self) -> None:
        self.app.go("done")

    def action_cancel(self) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.app.engine.cancel()
                self.hint("Stopping at the next safe point: no new step starts.")

        def text() -> str:
            return f"{wording.standings(self.state)}\n\n{_STOPPING}"

        question = Question("Stop the run?", text, yes="Stop", no="Continue")
        self.app.push_screen(question, answered)

    def action_card(self) -> None:
        grid = self.query_one(StepGrid)
        if not failures_of(self.state, self.place):
            grid.go(self.state.failures[0].host or OPERATOR)
            self._want_log = False
        else:
            self._want_log = not self._want_log
        self._chosen = True
        self._show_place()

    def action_place(self, by: int) -> None:
        self._chosen = True
        self.query_one(StepGrid).next_place(by)
        self._show_place()

    def on_step_grid_moved(self) -> None:
        self._chosen = True
        self._show_place()

    def on_input_submitted(self) -> None:
        self.query_one(StepGrid).focus()

    def action_back(self) -> None:
        if self.query_one(LogView).searching:
            self.query_one(LogView).close_search()
            self.query_one(StepGrid).focus()
        else:
            super().action_back()


PAGE = DeployPage

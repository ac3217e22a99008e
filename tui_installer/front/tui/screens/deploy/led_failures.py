"""The failure that the Deploy page shows, and where it is fixed."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from tui_installer.front.tui import leads
from tui_installer.front.tui.leads import Lead, Trouble
from tui_installer.front.tui.screens.deploy.failure_card import failures_of

if TYPE_CHECKING:
    from tui_installer.front.tui.page import Page
    from tui_installer.model.run.state import RunState

# Not a Page at run time: the class that uses it is one.
if TYPE_CHECKING:
    _Base = Page
else:
    _Base = object


class LedFailures(_Base):
    """A page that shows a run, or why there is none."""

    @property
    @abstractmethod
    def state(self) -> RunState:
        """The run."""

    @property
    @abstractmethod
    def running(self) -> bool:
        """Whether it is under way."""

    @property
    @abstractmethod
    def has_run(self) -> bool:
        """Whether there is anything of a run to show."""

    @property
    @abstractmethod
    def place(self) -> str:
        """The place whose log or card is shown."""

    @property
    def may_start(self) -> bool:
        """Whether there is a plan of these answers and nothing has run yet."""
        planned = self.app.engine.last_plan
        return not self.has_run and planned is not None and planned.carries(self.draft)

    @property
    def trouble(self) -> Trouble | None:
        """Before a run, why there is none; then the failure of the place that is shown."""
        if not self.has_run or (self.draft.problems and not self.running):
            return self._missing()
        failures = failures_of(self.state, self.place) or self.state.failures
        found = (leads.of_failed(self.draft, failed) for failed in failures)
        return next((one for one in found if one.lead is not None), None)

    def _missing(self) -> Trouble | None:
        if problems := self.draft.problems:
            return leads.of_problem(problems[0])
        why = "there is no plan for these answers"
        return None if self.may_start else Trouble("", why, lead=Lead("review", why))

    @property
    def fixed_on(self) -> str:
        """``g goes to the Hosts page``, '' if no page fixes it."""
        trouble = self.trouble
        return f"g goes to {trouble.lead.place}" if trouble and trouble.lead else ""

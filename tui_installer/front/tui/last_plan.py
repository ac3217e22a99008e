"""The wizard's last plan, or why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.leads import Trouble
    from tui_installer.model.run.plan import Plan


@dataclass(frozen=True, slots=True)
class LastPlan:
    """touched: when the answers were last changed before it. made: UNIX seconds.

    plan: None if it could not be made; troubles: why.
    """

    touched: float
    plan: Plan | None = None
    troubles: tuple[Trouble, ...] = ()
    made: float = field(default_factory=time.time)

    def fits(self, draft: Draft) -> bool:
        """Whether the answers are still those of the plan."""
        return self.touched == draft.touched

    def carries(self, draft: Draft) -> bool:
        """Whether a run of these answers can start: there is a plan for them."""
        return self.plan is not None and self.fits(draft)

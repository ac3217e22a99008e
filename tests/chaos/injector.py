"""What a fault is: made ready before the run, struck while the run stands still, then mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from site_under_test import Site

    from chaos.cases import Case
    from chaos.running import Running

FAILED = (0, 1, 3)
"""What a run that met a fault may end with; 0 if it got over it by itself."""


class Injector:
    """codes: how the run that is struck may end. All that is mended is the fault itself."""

    codes: tuple[int, ...] = FAILED

    def prepare(self, site: Site, case: Case) -> None:
        """Before the run."""

    def strike(self, running: Running, case: Case) -> None:
        """While the run stands at its breakpoint; lets it go on, or ends it."""
        raise NotImplementedError

    def mend(self, site: Site, case: Case) -> None:
        """Once the run has ended: the link holds, there is space again."""

    def clean_up(self, site: Site, case: Case) -> None:
        """After the case, however it went."""

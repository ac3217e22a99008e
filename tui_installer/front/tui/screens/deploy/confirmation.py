"""What the deploy page shows before a run: what the run will do, or why it cannot start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_installer.errors import InstallerError
from tui_installer.front.tui.printable import printable

if TYPE_CHECKING:
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom
    from tui_installer.front.tui.last_plan import LastPlan

_AGAIN = (
    "What is up to date is skipped. Press x to cancel at any time; "
    "the next run continues from there."
)


def text(draft: Draft, engine: EngineRoom) -> Content:
    """The summary of the run that Enter starts, or what prevents it."""
    spec = draft.spec()
    if spec is None:
        problems = draft.problems
        return Content.assemble(
            (f"! {len(problems)} answers need fixing before the run can start.\n\n",
             "$text-warning"),
            f"First: {problems[0].message}\n\ng goes to the page.",
        )  # fmt: skip
    planned = engine.last_plan
    if planned is None or not planned.carries(draft):
        return _no_plan(planned)
    try:
        operation = engine.operation(draft.session)
    except InstallerError as error:
        return Content.styled(f"✗ {error.message}", "$text-error")
    names = ", ".join(host.name for host in spec.hosts)
    return Content.assemble(
        (f"Nothing runs yet. Press Enter to start: {operation.title}\n\n", "bold"),
        f"Cluster     {spec.name}, Kubernetes {spec.version}\n",
        f"Hosts       {len(spec.hosts)}: {names}\n",
        f"Restarts    {operation.restarts}\n",
        f"Asks for    {operation.asks or 'nothing'}\n\n",
        (_AGAIN, "$state-skip"),
    )  # fmt: skip


def _no_plan(planned: LastPlan | None) -> Content:
    """Why nothing is offered to start."""
    troubles = planned.troubles if planned is not None else ()
    listed = [Content(f"  {printable(one.message, 300)}\n") for one in troubles]
    return Content.assemble(
        ("! Nothing can start: there is no plan for these answers.\n\n", "$text-warning"),
        *listed,
        "\ng goes to the Review page, which makes the plan.",
    )

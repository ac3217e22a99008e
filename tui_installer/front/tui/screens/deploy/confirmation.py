"""What the deploy page shows before a run: what the run will do, or why it cannot start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom

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
            f"First: {problems[0].message}\n\nEsc goes back.",
        )  # fmt: skip
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

"""What an interrupted run reports: where it stopped on each host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.run.events import Failed, Outcome

if TYPE_CHECKING:
    from tui_installer.model.run.state import RunState


def interrupted(state: RunState) -> Failed:
    """Where each host stands, for the user who stopped the run."""
    hosts = state.start.hosts if state.start else ()
    return Failed(
        host="",
        step="",
        message="interrupted: no further step is started",
        details=tuple(f"{host}: {_reached(state, host)}" for host in hosts),
        hint="run the same command again: what is done is not done twice, and a file that was "
        "on its way is sent again whole",
    )


def _reached(state: RunState, host: str) -> str:
    there = {step: s.outcome for (step, place), s in state.steps.items() if place == host}
    told = (
        ("done", (Outcome.OK, Outcome.SKIPPED)),
        ("failed in", (Outcome.FAILED,)),
        ("stopped in", (None,)),
    )
    parts = [
        f"{word}: {' '.join(steps)}"
        for word, outcomes in told
        if (steps := [step for step, outcome in there.items() if outcome in outcomes])
    ]
    return ", ".join(parts) or "nothing was changed"

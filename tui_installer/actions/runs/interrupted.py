"""The report of an interrupted run: where it stopped on each host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.run.events import Failed, Outcome

if TYPE_CHECKING:
    from tui_installer.model.run.state import RunState


def interrupted(state: RunState) -> Failed:
    """Returns how far the run came on each host, for the user who stopped it."""
    hosts = state.start.hosts if state.start else ()
    return Failed(
        host="",
        step="",
        message="interrupted: no further step is started",
        details=tuple(f"{host}: {_reached(state, host)}" for host in hosts),
        hint="run the same command again: finished work is not repeated, a partly sent file is "
        "sent again",
    )


def _reached(state: RunState, host: str) -> str:
    there = {step: s.outcome for (step, place), s in state.steps.items() if place == host}
    groups = (
        ("done", (Outcome.OK, Outcome.SKIPPED)),
        ("failed in", (Outcome.FAILED,)),
        ("stopped in", (None,)),
    )
    parts = [
        f"{word}: {' '.join(steps)}"
        for word, outcomes in groups
        if (steps := [step for step, outcome in there.items() if outcome in outcomes])
    ]
    return ", ".join(parts) or "nothing was changed"

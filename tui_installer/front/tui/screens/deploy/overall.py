"""Progress of the whole run: bar, per cent, elapsed time, steps, bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui_installer.front.text.style import size
from tui_installer.front.tui.widgets.wording import clock
from tui_installer.model.run.events import Outcome

if TYPE_CHECKING:
    from tui_installer.model.run.state import RunState

BESIDE = 66
"""Columns of the text beside the bar."""


def fraction(state: RunState) -> float:
    """Returns 0 to 1: finished steps, plus the known share of running ones."""
    if state.finish is not None and state.finish.exit_code == 0:
        return 1.0
    keys = state.items.keys() | state.steps.keys()
    done = 0.0
    for one in state.steps.values():
        if one.outcome in {Outcome.OK, Outcome.SKIPPED}:
            done += 1
        elif one.outcome is None and one.progress and one.progress.total:
            done += min(1.0, one.progress.done / one.progress.total)
    return done / len(keys) if keys else 0.0


def carried(state: RunState) -> str:
    """Returns the bytes uploaded and their total, known once all programs are downloaded."""
    sent, total, unsized = state.uploads
    if unsized:
        return "size known after the download"
    return f"{size(sent)} of {size(total)}" if total else ""


def phase(state: RunState) -> str:
    """Returns the run's phase in a few words."""
    finish = state.finish
    if finish is not None:
        code, failed = finish.exit_code, len(state.failures)
        if code == 0:
            return "done, all checks passed" if state.checks else "done"
        return "cancelled" if code == 130 else f"stopped: {failed} failed"  # noqa: PLR2004
    if not state.items and not state.steps:
        seen, hosts = len(state.found), len(state.start.hosts) if state.start else 0
        return f"reading the hosts: {seen} of {hosts}"
    ended = sum(s.outcome is not None for s in state.steps.values())
    total = len(state.items.keys() | state.steps.keys())
    bad = f", {len(state.failures)} failed" if state.failures else ""
    return f"{ended} of {total} steps{bad}"


class Overall(Static):
    """One line above the grid."""

    def __init__(self) -> None:
        super().__init__(id="overall", markup=False)

    def show(self, state: RunState) -> None:
        share = fraction(state)
        bar = min(max(self.size.width - BESIDE, 10), 40)
        full = round(share * bar)
        colour = self._colour(state)
        uploaded = carried(state)
        self.update(
            Content.assemble(
                ("━" * full, colour),
                ("─" * (bar - full), "$state-skip"),
                (f" {int(share * 100):>3}% ", f"bold {colour}"),
                (clock(state.elapsed), "bold"),
                f" · {phase(state)}{f' · {uploaded}' if uploaded else ''}",
            ),
            layout=False,
        )

    @staticmethod
    def _colour(state: RunState) -> str:
        if state.failures:
            return "$text-error"
        return "$text-success" if state.finish is not None else "$state-run"

"""The result of a run as plain text: steps with times, the verification, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.text.style import duration
from tui_installer.model.run.events import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.front.text.style import Style
    from tui_installer.model.run.state import RunState

WORDS = {Outcome.SKIPPED: "skip", Outcome.FAILED: "FAILED", Outcome.STOPPED: "not run"}


def report(state: RunState, style: Style) -> str:
    """Returns the result of a run; ends with a newline."""
    blocks = (
        "\n".join(lines)
        for lines in (
            list(_steps(state, style)),
            list(_checks(state, style)),
            list(_summary(state, style)),
        )
        if lines
    )
    return "\n" + "\n\n".join(blocks) + "\n"


def _steps(state: RunState, style: Style) -> Iterator[str]:
    if not state.steps:
        return
    places = list(dict.fromkeys(place for _, place in state.steps))
    names = list(dict.fromkeys(step for step, _ in state.steps))
    widths = [max(9, len(place)) for place in places]
    first = max(len(name) for name in names)
    columns = "  ".join(f"{place:>{width}}" for place, width in zip(places, widths, strict=True))
    yield style.paint(f"{'step':<{first}}  {columns}", "bold")
    for name in names:
        cells = (
            f"{_cell(state, name, place):>{width}}"
            for place, width in zip(places, widths, strict=True)
        )
        yield f"{name:<{first}}  {'  '.join(cells)}".rstrip()


def _cell(state: RunState, step: str, place: str) -> str:
    found = state.steps.get((step, place))
    if found is None or found.outcome is None:
        return ""
    return WORDS.get(found.outcome) or f"{found.seconds:.2f} s"


def _checks(state: RunState, style: Style) -> Iterator[str]:
    if not state.checks:
        return
    yield style.paint("verification", "bold")
    width = max(len(check.host) for check in state.checks)
    name = max(len(check.check) for check in state.checks)
    order = {host: number for number, host in enumerate(state.start.hosts if state.start else ())}
    for check in sorted(state.checks, key=lambda c: order.get(c.host, len(order))):
        mark = style.paint("✓", "green") if check.ok else style.paint("✗", "red", "bold")
        yield f"{mark} {check.host:<{width}}  {check.check:<{name}}  {check.evidence}"


def _summary(state: RunState, style: Style) -> Iterator[str]:
    finish = state.finish
    if finish is None:
        return
    took = duration(finish.seconds)
    counts = f"{finish.changes} changes, {finish.restarts} restarts"
    if finish.exit_code == ExitCode.OK:
        good = sum(check.ok for check in state.checks)
        head = "control plane verified" if finish.changes else "nothing to do, control plane ready"
        yield f"{style.paint(f'✓ {head}', 'green', 'bold')}: {good} checks, {counts}, {took}"
        yield from (f"  {what}: {path}" for what, path in finish.artefacts)
        yield from _next(dict(finish.artefacts))
    else:
        failed = len(state.failures)
        yield style.paint(f"✗ failed (exit {finish.exit_code})", "red", "bold") + (
            f": {failed} failure{'s' if failed != 1 else ''}, {counts}, {took}"
        )
        yield "  run the same command again to continue: finished work is not repeated"


def _next(artefacts: dict[str, str]) -> Iterator[str]:
    if path := artefacts.get("kubeconfig"):
        yield f"  next: kubectl --kubeconfig {path} get --raw '/readyz?verbose'"

"""The live checks of all hosts: a summary, new host keys, what blocks the next page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_installer.actions.host_checks.host_check import State
from tui_installer.front.tui.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.actions.host_checks.host_check import NewKey
    from tui_installer.front.tui.screens.hosts.host_rows import HostRow
    from tui_installer.model.check.problems import Problem


def new_keys(rows: Sequence[HostRow]) -> list[tuple[NewKey, str]]:
    """Returns each unknown host key once, with the names of its hosts."""
    names: dict[NewKey, list[str]] = {}
    for row in rows:
        if row.check and row.check.new_key and row.check.cells["key"].state is State.REVIEW:
            names.setdefault(row.check.new_key, []).append(printable(row.name, 20))
    return [(key, ", ".join(hosts)) for key, hosts in names.items()]


def summary(rows: Sequence[HostRow], problem: Problem | None) -> Content:
    """Returns a line: hosts ready, not ready, in check. problem: of the list itself."""
    checks = [row.check for row in rows if row.check]
    passed, bad = sum(c.passed for c in checks), sum(bool(c.bad) for c in checks)
    busy = sum(not c.ended for c in checks)
    keys = len(new_keys(rows))
    parts = [Content(f"{len(rows)} host{'s' if len(rows) != 1 else ''}")]
    for number, text, colour in (
        (passed, "✓ {} ready", "$text-success"),
        (bad, "✗ {} not ready", "$text-error"),
        (busy, "… {} checking", "$state-run"),
        (keys, "? {} new host keys: k" if keys > 1 else "? {} new host key: k", "$text-accent"),
    ):
        if number:
            parts.append(Content.styled(text.format(number), f"bold {colour}"))
    if problem and rows:
        parts.append(Content.styled(f"! {problem.message}", "$text-warning"))
    return Content("   ").join(parts)


def obstacle(rows: Sequence[HostRow], problems: Sequence[Problem]) -> str:
    """Returns why Enter does not go to the next page, '' if it does."""
    if problems:
        first = problems[0]
        return f"{printable(first.path)}: {first.message}" + (
            f" ({first.hint})" if first.hint else ""
        )
    checks = [(row, row.check) for row in rows if row.check]
    if waiting := sum(not check.ended for _, check in checks):
        return (
            f"{waiting} still being checked; Enter continues when they have finished, Ctrl+N now."
        )
    for row, check in checks:
        if check.bad:
            question, cell = check.bad[0]
            found = cell.evidence[0] if cell.evidence else question
            return f"{printable(row.name, 40)}: {found}. Ctrl+N continues anyway."
    return ""

"""The live checks of all hosts: a summary, new host keys, what blocks the next page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_installer.actions.host_checks.host_check import State
from tui_installer.front.tui.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.actions.host_checks.host_check import Cell, NewKey
    from tui_installer.front.tui.screens.hosts.host_rows import HostRow
    from tui_installer.model.check.problems import Problem


BY_ANSWERS = {"reach": "address", "login": "ssh.identityFiles"}
"""Check → the answer of the host that may fix it."""
BY_LOGIN = {"root": "ssh.sudo"}
"""Check → the answer for all hosts that may fix it."""
ELSEWHERE = {"disk": "layout.kubernetes"}
"""Check → the answer on another page that may fix it. The rest is fixed on the host itself."""
KEYS = {
    "reach": "e edits this host, d removes it, r checks again",
    "key": "once it is fixed, r checks again",
    "login": "e edits the login of this host, s of all; r checks again",
    "root": "e edits this host, s the login of all; r checks again",
    "disk": "g goes to the folders, r checks again",
}
"""Check → the keys that help when it fails."""
FIXED_THERE = "fix it on the host, then r checks again"


def keys_for(question: str, cell: Cell) -> str:
    """Returns the keys that help with a check that failed, else ''."""
    return KEYS.get(question, FIXED_THERE) if cell.state is State.BAD else ""


def failing(row: HostRow | None) -> tuple[str, Cell] | None:
    """Returns the first check of a host that needs the user: its (question, cell)."""
    cells = row.check.cells.items() if row is not None and row.check else ()
    grave = (State.BAD, State.REVIEW)
    return next(((name, cell) for name, cell in cells if cell.state in grave), None)


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
            return f"{printable(row.name, 40)}: {found}; {keys_for(question, cell)}."
    return ""

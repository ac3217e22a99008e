"""The plan as plain text: per host the steps with reasons, then diffs of what would change."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from tui_installer.front.text.style import size
from tui_installer.front.text.upload import upload
from tui_installer.model.run.plan import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.operation import Operation
    from tui_installer.front.text.style import Style
    from tui_installer.model.run.plan import Change, Plan, PlanItem

DIFF_COLOURS = {"+": ("green",), "-": ("red",), "@": ("cyan",)}


def plan_text(operation: Operation, plan: Plan, style: Style) -> str:
    """Returns the plan for a terminal; ends with a newline."""
    lines = list(_head(operation, style))
    logins = dict(plan.logins)
    for place in dict.fromkeys(item.host for item in plan.items):
        lines.append(style.paint(place, "bold"))
        lines += [style.paint(f"  ssh   {text}", "dim") for text in logins.get(place, ())]
        for item in (item for item in plan.items if item.host == place):
            lines += _item(item, style)
        lines.append("")
    stops = f"{plan.stops} units stopped, " if plan.stops else ""
    lines.append(
        f"{plan.changes} changes, {plan.restarts} restarts, {stops}{upload(plan.items)}; "
        "nothing was changed"
    )
    return "\n".join(lines) + "\n"


def plan_json(operation: Operation, plan: Plan) -> str:
    """One JSON object on one line, with its newline."""
    head = {"event": "Plan", "schema": 1, "operation": operation.name, "title": operation.title}
    return json.dumps({**head, **asdict(plan)}) + "\n"


def _head(operation: Operation, style: Style) -> Iterator[str]:
    yield style.paint(operation.title, "bold")
    yield f"  may restart: {operation.restarts}"
    if operation.asks:
        yield f"  may ask for: {operation.asks}"
    yield ""


def _item(item: PlanItem, style: Style) -> Iterator[str]:
    word = style.paint("run ", "yellow") if item.run else style.paint("skip", "dim")
    yield f"  {word}  {item.step:<18} {item.reason}"
    for change in (*item.changes, *item.left):
        yield from _change(change, style)


def _change(change: Change, style: Style) -> Iterator[str]:
    weight = size(change.size) if change.kind is ChangeKind.FILE and change.size else ""
    notes = ", ".join(part for part in (change.summary, weight) if part)
    about = f"  ({notes})" if notes else ""
    yield f"          {change.verb:<7} {change.target}{style.paint(about, 'dim')}"
    for line in change.diff.splitlines():
        yield "            " + style.paint(line, *DIFF_COLOURS.get(line[:1], ()))

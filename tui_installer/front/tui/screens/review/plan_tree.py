"""The plan as a tree: hosts, their steps with run or skip, and what each would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Tree

from tui_installer.front.text.style import size
from tui_installer.front.text.upload import upload
from tui_installer.model.run.plan import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widgets.tree import TreeNode

    from tui_installer.model.run.plan import Change, Plan, PlanItem


@dataclass(frozen=True, slots=True)
class Row:
    """The data of a line in the tree: a place with its items, an item, or one of its changes."""

    items: tuple[PlanItem, ...] = ()
    item: PlanItem | None = None
    change: Change | None = None


class PlanTree(Tree[Row]):
    """Hosts are expanded, their steps collapsed."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__("plan", id=id)
        self.show_root = False
        self.guide_depth = 2

    def show(self, plan: Plan) -> None:
        """Replaces what is shown."""
        self.clear()
        for place in dict.fromkeys(item.host for item in plan.items):
            items = [item for item in plan.items if item.host == place]
            changes = sum(len(item.changes) for item in items)
            count = f"{changes} changes" if changes else "up to date"
            label = Text(f"{place}  ({count})", "bold")
            branch = self.root.add(label, data=Row(tuple(items)), expand=True)
            for item in items:
                self._add(branch, item)
        self.cursor_line = 0

    @staticmethod
    def _add(branch: TreeNode[Row], item: PlanItem) -> None:
        word = "+ run " if item.run else "– skip"
        label = Text(f"{word} {item.step}", "" if item.run else "dim")
        changes = (*item.changes, *item.left)
        node = branch.add(label, data=Row(item=item), allow_expand=bool(changes))
        for change in changes:
            node.add_leaf(
                Text(f"{change.verb} {_short(change)}"), data=Row(item=item, change=change)
            )


def _short(change: Change) -> str:
    weight = f"  {size(change.size)}" if change.size else ""
    return change.target.rsplit("/", 1)[-1] + weight


def detail_lines(row: object) -> list[tuple[str, str]]:
    """Returns (line, style) of the details of the highlighted line."""
    if not isinstance(row, Row):
        return []
    if row.item is None:
        return list(_place(row.items))
    if row.change is None:
        return list(_step(row.item))
    return list(_change(row.change))


def _place(items: tuple[PlanItem, ...]) -> Iterator[tuple[str, str]]:
    """Every step of a host with its reason."""
    head = f"{sum(item.run for item in items)} of {len(items)} steps run"
    sends = any(change.kind is ChangeKind.FILE for item in items for change in item.changes)
    yield head + (f", {upload(items)}" if sends else ""), "bold"
    for item in items:
        word, style = ("run ", "") if item.run else ("skip", "$text-muted")
        yield f"{word}  {item.step}: {item.reason}", style


def _step(item: PlanItem) -> Iterator[tuple[str, str]]:
    yield f"{item.step}: {'run' if item.run else 'skip'}", "bold"
    yield item.reason, ""
    for change in (*item.changes, *item.left):
        yield f"{change.verb:<8}{change.target}", "$text-muted"


def _change(change: Change) -> Iterator[tuple[str, str]]:
    yield f"{change.verb} {change.target}", "bold"
    if change.summary:
        yield change.summary, "$text-muted"
    if change.size:
        yield f"{size(change.size)} to upload", "$text-muted"
    colours = {"+": "$text-success", "-": "$text-error", "@": "$text-primary"}
    for line in change.diff.splitlines():
        yield line, colours.get(line[:1], "")

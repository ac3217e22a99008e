"""The plan's tree: what is removed, and what is left in place with the reason."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tui_installer.front.tui.screens.review.plan_tree import PlanTree, detail_lines
from tui_installer.model.run.plan import Change, ChangeKind, Plan, PlanItem

REMOVED = Change(ChangeKind.FILE, "remove", "/a/ours", "", "--- /a/ours (host)\n-old")
LEFT = Change(ChangeKind.FILE, "leave", "/a/theirs", "this program did not put it there")
PLAN = Plan(
    (
        PlanItem("reset", "m1", "remove ours; left in place: theirs", (REMOVED,), left=(LEFT,)),
        PlanItem("reset", "m2", "nothing to remove; left in place: theirs", left=(LEFT,)),
    )
)


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield PlanTree(id="tree")


async def test_removals_and_what_is_left_are_leaves_of_their_step_with_their_reason() -> None:
    async with Shown().run_test() as pilot:
        tree = pilot.app.query_one(PlanTree)
        tree.show(PLAN)
        steps = [step for place in tree.root.children for step in place.children]
        assert [[str(leaf.label) for leaf in step.children] for step in steps] == [
            ["remove ours", "leave theirs"],
            ["leave theirs"],
        ]
        removed, left = (detail_lines(leaf.data) for leaf in steps[0].children)
        assert [line for line, _ in removed] == ["remove /a/ours", "--- /a/ours (host)", "-old"]
        assert [line for line, _ in left] == [f"leave {LEFT.target}", LEFT.summary]
        told = [line for line, _ in detail_lines(steps[0].data)]
        assert told[-2:] == ["remove  /a/ours", "leave   /a/theirs"]

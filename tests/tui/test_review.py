"""The review page over a recorded plan: reasons, files, an explanation of each flag, no start."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
import recordings
from support import SIZE, WIDE, shown, until
from textual.widgets import OptionList
from walking import RecordedEngineRoom, app_of

from tui_installer.actions.sessions import drafts
from tui_installer.errors import InstallerError
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.commands import commands_of
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.screens.review.explain import explain
from tui_installer.front.tui.screens.review.plan_tree import PlanTree

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

FLAG = re.compile(r"^\+.*(--[a-z][a-z0-9-]*)")
DIRECTIVE = re.compile(r"^\+[A-Z][A-Za-z]+=")


async def planned(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: "F8 to start: Install" in " ".join(shown(pilot.app).split()))


def page(app: WizardApp) -> str:
    return type(app.screen).__name__


def test_every_flag_and_directive_of_every_generated_file_is_explained():
    seen = 0
    for item in recordings.plan().items:
        for change in item.changes:
            for line in change.diff.splitlines():
                if FLAG.match(line) or DIRECTIVE.match(line):
                    seen += 1
                    assert explain(change.target, line), (change.target, line)
    assert seen > 100


def test_a_kubeconfig_is_explained_too():
    assert "own" in explain("/opt/x/scheduler.kubeconfig", "+    server: https://127.0.0.1:6443")
    assert explain("/opt/x/scheduler.kubeconfig", "+kind: Config") == ""


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_a_host_shows_every_step_of_it_with_its_reason(size: tuple[int, int]):
    app = app_of(recordings.answers(), "review")
    async with app.run_test(size=size) as pilot:
        await planned(pilot)
        detail = app.screen.query_one("#detail", OptionList)
        await until(pilot, lambda: detail.option_count)
        told = [str(option.prompt) for option in detail.options]
        wanted = [item for item in recordings.plan().items if item.host == "operator"]
        for item in wanted:
            word = "run " if item.run else "skip"
            assert f"{word}  {item.step}: {item.reason}" in told


async def test_the_line_of_a_file_is_explained_where_the_cursor_is():
    app = app_of(recordings.answers(), "review")
    async with app.run_test(size=WIDE) as pilot:
        await planned(pilot)
        tree = app.screen.query_one(PlanTree)
        tree.root.expand_all()
        await pilot.pause()
        for _ in range(200):
            change = getattr(tree.cursor_node.data, "change", None) if tree.cursor_node else None
            if change and change.target.endswith("cfg/kube-apiserver"):
                break
            await pilot.press("down")
        await pilot.press("tab")
        for _ in range(40):
            await pilot.press("down")
            if "--etcd-servers:" in shown(app):
                break
        await until(pilot, lambda: "--etcd-servers:" in shown(app) and "Source:" in shown(app))


async def test_next_shows_the_deploy_page_and_starts_nothing_f8_starts():
    app = app_of(recordings.answers(), "review")
    async with app.run_test(size=SIZE) as pilot:
        await planned(pilot)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "Nothing runs yet" in shown(app))
        assert app.engine.started == []
        await pilot.press("escape")
        await until(pilot, lambda: page(app) == "ReviewPage")
        await pilot.press("f8")
        await until(pilot, lambda: page(app) == "DeployPage")
        assert len(app.engine.started) == 1


async def test_a_problem_leads_to_the_page_that_mends_it():
    wrong = {**recordings.answers(), "cluster": {"serviceCIDR": "nonsense"}}
    app = app_of(wrong, "review")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "fixing before there is a plan" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: page(app) == "ClusterPage")


async def test_hosts_that_do_not_answer_are_told_and_asked_again(monkeypatch: pytest.MonkeyPatch):
    app = app_of(recordings.answers(), "review")
    good, tries = app.engine.plan, [InstallerError("no way [/foo]", hint="look at it")]

    async def plan(*args: Any) -> Any:
        if tries:
            raise tries.pop()
        return await good(*args)

    monkeypatch.setattr(app.engine, "plan", plan)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗ no way [/foo]" in shown(app))
        await until(pilot, lambda: "→ look at it" in shown(app))
        await pilot.press("ctrl+r")
        await planned(pilot)
        assert "operator" in shown(app)
        await until(pilot, lambda: app.screen.query_one(PlanTree).has_focus)


async def test_the_answers_are_saved_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    app = app_of(recordings.answers(), "review")
    async with app.run_test(size=SIZE) as pilot:
        await planned(pilot)
        await until(pilot, lambda: "Save answers" in shown(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Save the answers as" in shown(app))
        await pilot.press("enter")
        await until(pilot, (tmp_path / "answers.yaml").exists)
    assert drafts.read(tmp_path / "answers.yaml") == recordings.answers()


async def test_the_palette_has_what_works_now_and_each_once():
    app = app_of(recordings.answers(), "deploy")
    app.engine.last_plan = recordings.last_plan()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Nothing runs yet" in shown(app))
        names = [command.action for command in commands_of(app.screen, app)]
        assert "start" in names
        assert not {"retry", "cancel", "finish"} & set(names)
        assert len(names) == len(set(names))


async def test_the_clock_of_a_page_that_is_being_left_is_no_fault():
    app = app_of(recordings.answers(), "review")
    async with app.run_test(size=SIZE) as pilot:
        await planned(pilot)
        app.screen._busy = True
        await app.screen.query("#summary").remove()
        app.screen._tick()


async def test_a_new_session_has_its_cluster_s_name_before_the_plan_names_its_folder():
    draft = Draft.begin()
    draft.data.update(copy.deepcopy(recordings.answers()))
    draft.set("cluster.name", "prod")
    app = WizardApp(draft, RecordedEngineRoom(), first="review")
    async with app.run_test(size=SIZE) as pilot:
        await planned(pilot)
        assert draft.name == "prod"
        assert draft.file is not None
        assert draft.file.parent.name == "prod"
    draft.close()


@pytest.mark.parametrize(("name", "session"), [("prod", "prod"), ("No name", "new-"), ("", "new-")])
def test_answers_that_say_the_cluster_s_name_are_kept_in_a_session_of_it(name: str, session: str):
    assert drafts.draft_file({"cluster": {"name": name}}).parent.name.startswith(session)

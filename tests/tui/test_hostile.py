"""Hostile text in every field and from every host: it is shown, and does nothing else."""

from __future__ import annotations

import copy
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from recordings import RecordedEngineRoom, plan, state
from sample_answers import EVERYTHING, EXTERNAL, masters
from support import SIZE, WIDE, shown, until
from textual import events
from textual.widgets import Input, TextArea
from walking import ASKING, FORMS, app_of, inputs, show

from tui_installer.actions.host_checks.host_check import (
    QUESTIONS,
    HostCheck,
    NewKey,
    State,
    bad,
    ok,
    warn,
)
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.pages import PAGES
from tui_installer.model.run.events import (
    CLUSTER,
    OPERATOR,
    Checked,
    Failed,
    HostFound,
    Level,
    LogLine,
    Outcome,
    Planned,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from tui_installer.model.run.plan import Change, ChangeKind, Plan, PlanItem
from tui_installer.model.run.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from textual.pilot import Pilot

    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.model.run.events import Event

MIXED = (
    "[/foo][bold red]x[/] {}$(id)` [link=file:///etc/passwd]y[/link] "
    "\x1b]52;c;cm0gLXJm\x07\x1b]0;owned\x1b\\\x1b[2J\x1b[31m\x9b31m\x00\x08\x7f\r\t"
    "\u202e\u2066\u200f abc\u2028 😀🏳️‍🌈 é\u0301\u0301 漢字"
)
LONG = "[/foo]" + "a" * 10_000
WIDE_LONG = "漢😀" * 5_000
TEXTS = {"mixed": MIXED, "long": LONG, "wide and long": WIDE_LONG}
UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = {"\u200d", "\ufe0f"}
"""Of emoji; they change nothing but the emoji."""


def assert_tame(app: WizardApp) -> None:
    """Nothing that a terminal would act upon is on the screen."""
    acting = {
        hex(ord(char))
        for char in shown(app)
        if char != "\n" and char not in JOINERS and unicodedata.category(char) in UNSAFE
    }
    assert acting == set()


def everywhere(data: Any, text: str) -> Any:
    """The data with its texts replaced; the two that say what else is asked stay."""
    if isinstance(data, dict):
        stays = ("mode", "kind", "apiVersion", "files")
        return {k: v if k in stays else everywhere(v, text) for k, v in data.items()}
    if isinstance(data, list):
        return [everywhere(item, text) for item in data]
    return text if isinstance(data, str) else data


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=str)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("sample", [EVERYTHING, EXTERNAL], ids=["stacked", "external"])
async def test_answers_from_a_file(sample: dict[str, Any], text: str, size: tuple[int, int]):
    app = app_of(everywhere(sample, text))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        before = copy.deepcopy(app.draft.data)
        for page in (*ASKING, "review"):
            for form in ("", *FORMS.get(page, ())):
                await show(app, pilot, page, form)
                assert_tame(app)
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert_tame(app)
        assert app.draft.data == before


@pytest.mark.parametrize("page", ASKING)
async def test_pasted_into_every_field(page: str):
    for sample in (EVERYTHING, EXTERNAL):
        app = app_of(copy.deepcopy(sample))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            async for widget in inputs(app, pilot, page):
                for text in (MIXED, LONG):
                    await paste(pilot, widget, text)
                    assert_tame(app)


async def paste(pilot: Pilot[Any], widget: Input | TextArea, text: str) -> None:
    widget.post_message(events.Paste(text))
    await pilot.pause()


DIALOGS = [
    ("hosts", "p"),
    ("sans", "a"),
    ("sans", "p"),
    ("sans", "s"),
    ("token", "e"),
    ("deploy", "slash"),
    ("hosts", "ctrl+s"),
    ("hosts", "ctrl+p"),
]


@pytest.mark.parametrize(("page", "key"), DIALOGS)
async def test_pasted_into_every_dialog(
    page: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)  # file names are pasted too
    room = RecordedEngineRoom("run", 12.0)
    for text in TEXTS.values():
        app = WizardApp(Draft({"hosts": masters(3)}), room, first=page)
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            await pilot.pause()
            await pilot.press(key)
            await until(pilot, lambda app=app: isinstance(app.focused, Input | TextArea))
            await paste(pilot, app.focused, text)
            assert_tame(app)
            await pilot.press("enter")
            await pilot.pause(0.1)
            assert_tame(app)


class HostilePool:
    """FAKE: every host says the text, in every state."""

    busy = 0

    def __init__(self, text: str) -> None:
        self.text = text
        self.checks: dict[Target, HostCheck] = {}

    def want(self, targets: Iterable[Target], *, after: float = 0.0) -> None:
        del after
        kinds = (ok, warn, bad)
        for target in targets:
            check = HostCheck(began=1.0, new_key=NewKey(self.text, self.text, self.text))
            for number, question in enumerate(QUESTIONS):
                kind = kinds[(number + len(self.checks)) % 3]
                check.put(question, kind(self.text, self.text, self.text))
            key = check.cells["key"]
            check.put("key", type(key)(State.REVIEW, self.text, (self.text,), self.text))
            check.end()
            self.checks.setdefault(target, check)

    again = want


class HostileRoom(RecordedEngineRoom):
    """FAKE: hosts, plans and runs say the text."""

    def __init__(self, text: str, folded: RunState | None = None) -> None:
        super().__init__()
        self.text, self.hostile = text, HostilePool(text)
        if folded is not None:
            self.state = folded

    @property
    def pool(self) -> Any:
        return self.hostile

    async def plan(self, spec: Any, session: Any, emit: Any) -> Plan:
        del spec, session, emit
        text = self.text
        change = Change(ChangeKind.FILE, text, text, text, f"@@ {text}\n+{text}\n-{text}", 5)
        return Plan((PlanItem(text, text, text, (change, change)), PlanItem(text, "x", text)))


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=str)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_from_hosts_that_are_checked(text: str, size: tuple[int, int]):
    app = WizardApp(Draft({"hosts": masters(3)}), HostileRoom(text), first="hosts")
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.2)
        for key in ("down", "down", "k", "escape", "enter", "d", "escape"):
            await pilot.press(key)
            await pilot.pause()
            assert_tame(app)


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=str)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_in_a_plan(text: str, size: tuple[int, int]):
    app = WizardApp(Draft({"hosts": masters(3)}), HostileRoom(text), first="review")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "2 changes" in shown(app))
        for key in ("down", "enter", "down", "down", "tab", "down", "down"):
            await pilot.press(key)
            await pilot.pause()
            assert_tame(app)


def said(text: str, host: str) -> Iterable[Event]:
    """A run in which everything is the text."""
    hosts = (host, "master02")
    yield RunStarted(text, text, hosts, ("etcd", text))
    for one in hosts:
        yield HostFound(one, text, text, text, 0.1)
    for step, place in (("etcd", host), (text, host), ("etcd", "master02"), (text, OPERATOR)):
        yield Planned(step, place, True, text, 1)
        yield StepStarted(step, place)
        yield Progress(step, place, text, 5, 10, text)
        for level in Level:
            yield LogLine(place, step, level, text)
        yield Checked(place, text, True, text)
    yield StepFinished("etcd", host, Outcome.FAILED, text, 1.0)
    yield Failed(host, "etcd", text, (text, text), text)
    yield StepFinished("etcd", "master02", Outcome.OK, text, 1.0)
    yield Checked(CLUSTER, text, False, text)


def finished(text: str, code: int) -> Event:
    return RunFinished(code, 1.0, 1, 0, ((text, text), ("kubeconfig", text)))


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=str)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_in_a_run(text: str, size: tuple[int, int]):
    folded = RunState()
    for event in said(text, text):
        folded.apply(event)
    app = WizardApp(Draft({"hosts": masters(2)}), HostileRoom(text, folded), first="deploy")
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.2)
        for key in ("f", "i", "l", "l", "w", "tab", "tab", "right", "down", "x", "escape"):
            await pilot.press(key)
            await pilot.pause()
            assert_tame(app)
        folded.apply(finished(text, 1))
        await pilot.pause(0.3)
        assert_tame(app)


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=str)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_in_results(text: str, size: tuple[int, int]):
    folded = RunState()
    for event in said(text, text):
        folded.apply(event)
    folded.apply(finished(text, 0))
    app = WizardApp(Draft({"hosts": masters(2)}), HostileRoom(text, folded), first="done")
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.3)
        for key in ("1", "down", "2", "3", "4", "5"):
            await pilot.press(key)
            await pilot.pause(0.1)
            assert_tame(app)


async def test_the_tame_look_is_not_an_empty_one():
    """The check above sees what is on the screen: a plain recorded run is tame and there."""
    room = RecordedEngineRoom("run", 12.0)
    app = WizardApp(Draft({"hosts": masters(3)}), room, first="deploy")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "apiserver" in shown(app))
        assert_tame(app)
    assert plan().changes
    assert state("run").finish is not None
    assert len(PAGES) == 8

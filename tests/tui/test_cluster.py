"""The cluster page by keys alone: versions to choose from, an external etcd tried live."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from support import SIZE, WIDE, hosts, shown, type_text, until
from walking import app_of

from tui_installer.actions.host_checks import etcd_probe
from tui_installer.actions.host_checks.etcd_probe import Verdict
from tui_installer.errors import InstallerError
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.screens.cluster import etcd_probe as probe_widget
from tui_installer.front.tui.screens.cluster import overview, pick_version
from tui_installer.front.tui.screens.cluster.pick_version import PickVersion
from tui_installer.front.tui.widgets.field import Field
from tui_installer.model.answers.document import Answers, Cluster, Host
from tui_installer.model.answers.questions import questions

if TYPE_CHECKING:
    from textual.pilot import Pilot


URL = "https://192.0.2.31:2379"
EXTERNAL = {
    "apiVersion": "tui-installer/v1",
    "hosts": hosts(),
    "etcd": {"mode": "external", "external": {"endpoints": [URL], "ca": "/ca", "cert": "/c"}},
}


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_widget, "TYPING", 0.05)
    monkeypatch.setattr(probe_widget, "SHOWN", 0.05)
    monkeypatch.setattr(pick_version, "SHOWN", 0.05)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[Answers]:
    """What was tried; answered by FAKE: the number of tries."""
    asked: list[Answers] = []

    async def probe(answers: Answers) -> list[Verdict]:
        asked.append(answers)
        await asyncio.sleep(0)
        return [Verdict(URL, True, f"healthy, try {len(asked)}"), Verdict("[/x]", False, "[/foo]")]

    monkeypatch.setattr(etcd_probe, "probe", probe)
    return asked


async def to_label(pilot: Pilot[Any], label: str) -> None:
    for _ in range(40):
        if label in {getattr(one, "label", "") for one in pilot.app.focused.ancestors_with_self}:
            return
        await pilot.press("tab")
        await pilot.pause()
    raise AssertionError(label)


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_an_external_etcd_is_tried_at_once_and_after_every_change(
    size: tuple[int, int], probed: list[Answers]
):
    app = app_of(EXTERNAL, "cluster")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: probed)
        await to_label(pilot, "Client key")
        await until(pilot, lambda: "✓ https://192.0.2.31:2379: healthy, try 1" in shown(app))
        await until(pilot, lambda: "✗ [/x]: [/foo]" in shown(app))
        await type_text(pilot, "/key")
        await until(pilot, lambda: probed[-1].etcd.external.key.endswith("/key"))
        await until(pilot, lambda: f"healthy, try {len(probed)}" in shown(app))
        before = len(probed)
        await pilot.press("f6")
        await until(pilot, lambda: f"healthy, try {before + 1}" in shown(app))


async def test_a_stacked_one_is_not_tried(probed: list[Answers]):
    app = app_of({**EXTERNAL, "etcd": {}}, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f6")
        await until(pilot, lambda: "nothing to try yet" in shown(app))
        assert probed == []


async def test_a_version_is_chosen_from_what_the_source_offers(monkeypatch: pytest.MonkeyPatch):
    async def offered(_: Answers) -> list[str]:
        await asyncio.sleep(0)
        return ["v1.37.2", "v1.36.3"]

    monkeypatch.setattr(overview, "offered", offered)
    app = app_of({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f5")
        await until(pilot, lambda: "v1.36.3" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.draft.get("kubernetes.version") == "v1.36.3")
        await until(pilot, lambda: "v1.36.3" in shown(app))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (InstallerError("no site", hint="type it [/foo]"), "no site. Type it [/foo]"),
        (ValueError("[/bar]"), "[/bar]"),
        ([], "does not list its versions"),
    ],
)
async def test_a_source_that_does_not_say_is_no_end(
    monkeypatch: pytest.MonkeyPatch, answer: Any, told: str
):
    async def offered(_: Answers) -> list[str]:
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    monkeypatch.setattr(overview, "offered", offered)
    app = app_of({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f5")
        await until(pilot, lambda: told in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, PickVersion))
        assert app.draft.get("kubernetes.version") is None


async def test_leaving_while_it_is_asked_ends_the_question(monkeypatch: pytest.MonkeyPatch):
    ended = asyncio.Event()

    async def offered(_: Answers) -> list[str]:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return []

    monkeypatch.setattr(overview, "offered", offered)
    app = app_of({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("f5")
        await until(pilot, lambda: "asking the source" in shown(app))
        await pilot.press("escape")
        await until(pilot, ended.is_set)


async def test_the_cluster_is_closed_until_a_toggle_says_otherwise():
    app = app_of({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await to_label(pilot, "Anonymous requests")
        assert app.draft.get("security") is None
        await until(pilot, lambda: "need a client certificate" in shown(app))
        await pilot.press("enter", "up", "enter")
        await until(pilot, lambda: app.draft.get("security.anonymousAuth") is True)
        spec = app.draft.spec()
        assert spec is not None
        assert spec.security.anonymous_auth


async def test_the_audit_logs_settings_go_with_the_log():
    app = app_of({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "cluster")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await to_label(pilot, "Audit log days")
        await type_text(pilot, "4000")
        await until(pilot, lambda: "want 0 to 3650, got 4000" in shown(app))
        app.draft.set("security.audit.enabled", value=False)
        await until(pilot, lambda: "Audit log days" not in shown(app))


@pytest.mark.parametrize("name", ["cluster", "token", "certificates"])
async def test_every_declared_question_of_a_page_has_its_field(name: str):
    app = app_of({"apiVersion": "tui-installer/v1", "hosts": hosts()}, name)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        asked = [one.path for one in questions() if page(name).owns(one.path)]
        assert sorted(field.path for field in app.screen.query(Field)) == sorted(asked)
        assert asked


async def test_a_number_that_is_typed_is_judged_and_kept():
    app = app_of({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "cluster")
    async with app.run_test(size=WIDE) as pilot:
        await to_label(pilot, "Scheduler burst")
        await type_text(pilot, "0")
        await until(pilot, lambda: "want 1 to 10000, got 0" in shown(app))
        await pilot.press("backspace")
        await type_text(pilot, "300")
        await until(pilot, lambda: app.draft.get("kubernetes.apiRate.schedulerBurst") == 300)
        assert not app.draft.problems


def test_both_networks_of_a_dual_stack_are_shown() -> None:
    answers = Answers(
        cluster=Cluster(
            service_cidr="10.96.0.0/16,fd00:10:96::/112",
            pod_cidr="10.244.0.0/16, fd00:10:244::/56",
        ),
        hosts=[Host(address="10.244.0.1")],
    )
    assert overview.networks(answers) == [
        "services  10.96.0.0/16       API server: 10.96.0.1",
        "          fd00:10:96::/112",
        "pods      10.244.0.0/16      65,536 addresses",
        "          fd00:10:244::/56",
        "hosts     10.244.0.1",
        "✗ 10.244.0.1 is in the pods network",
    ]

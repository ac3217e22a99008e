"""Ten failures, walked by keys alone: each leads from the Review page to where it is fixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import failing_hosts
import pytest
import recordings
from failing_hosts import HOST, FailingEngineRoom, FakeProbe
from support import SIZE, WIDE, shown, until
from textual.widgets import Input, Static

from tui_installer.actions.host_checks import host_pool
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.screens.hosts.screen import HostsPage
from tui_installer.front.tui.widgets.field import Field
from tui_installer.front.tui.widgets.trouble_list import TroubleList

if TYPE_CHECKING:
    from collections.abc import Callable

    from failing_hosts import Failure
    from textual.pilot import Pilot


@dataclass(frozen=True)
class Walk:
    """cause, hint: on the Review page. there: on the page that it leads to.

    keys: from there to the fix. at: what they end on: a text on the screen or an answer's path.
    """

    failure: Callable[[], Failure]
    cause: str
    hint: str
    there: str
    keys: tuple[str, ...]
    at: str


HOST_KEYS = "fix it on the host, then r checks again"
WALKS = {
    "unknown key": Walk(
        failing_hosts.unknown_key, "is not known", "accept it: Enter, then k",
        "k: review and accept it", ("k",), "1 new host key",
    ),
    "changed key": Walk(
        failing_hosts.changed_key, "differs from the known one", "ssh-keygen -R",
        "once it is fixed, r checks again", ("g",), "fix it on the host, then press r",
    ),
    "unreachable": Walk(
        failing_hosts.unreachable, "no answer within 10 s", "a firewall lets port 22 in",
        "e edits this host, d removes it", ("g",), "hosts.1.address",
    ),
    "refused login": Walk(
        failing_hosts.refused_login, "none of the identities", "put a public key into",
        "e edits the login of this host, s of all", ("g",), "hosts.1.ssh.identityFiles",
    ),
    "sudo refused": Walk(
        failing_hosts.refused_sudo, "not in sudoers", "allow it in /etc/sudoers.d",
        "s the login of all", ("g",), "ssh.sudo.mode",
    ),
    "port taken": Walk(
        failing_hosts.port_taken, "6443 is in use by nginx (pid 812", "fix it on the host",
        HOST_KEYS, ("g",), "then press r",
    ),
    "disk full": Walk(
        failing_hosts.disk_full, "/opt has 40 MB free", "fix it on the host",
        "g goes to the folders", ("g",), "layout.kubernetes",
    ),
    "clock off": Walk(
        failing_hosts.clock_off, "clock is 600 s ahead", "fix it on the host",
        "timedatectl set-ntp true", ("g",), "then press r",
    ),
    "wrong version": Walk(
        failing_hosts.wrong_version, "v1.99.0 for amd64 is not at", "check the version",
        "v1.99.0 for amd64 is not at", (), "kubernetes.version",
    ),
    "source unreachable": Walk(
        failing_hosts.source_unreachable, "cannot be reached", "check the source URL",
        "cannot be reached", (), "kubernetes.source.location",
    ),
}  # fmt: skip


def opened(failure: Failure, monkeypatch: pytest.MonkeyPatch) -> WizardApp:
    """The wizard on complete answers, as --interactive opens it; the cluster's version is good."""
    fake = FakeProbe(failure)

    async def module() -> Any:
        return fake

    monkeypatch.setattr(host_pool, "_probe", module)
    draft = Draft(recordings.answers())
    engine = FailingEngineRoom(fake, lambda _: False)
    return WizardApp(draft, engine, first=draft.first_open_page())


def page(app: WizardApp) -> str:
    return type(app.screen).__name__


def crumb(app: WizardApp) -> str:
    return shown(app).splitlines()[0]


def footer(app: WizardApp) -> str:
    return shown(app).splitlines()[-1]


def flat(app: WizardApp) -> str:
    """The screen without line breaks: long sentences wrap."""
    return " ".join(shown(app).split())


def details(app: WizardApp) -> str:
    """The details of the highlighted host, which wrap in a narrow column."""
    found = (str(one.content) for one in app.screen.query("#details-text").results(Static))
    return " ".join(" ".join(found).split())


def focused(app: WizardApp) -> str:
    """The path of the answer that has the focus."""
    holders = app.focused.ancestors_with_self if app.focused else ()
    return next((one.path for one in holders if isinstance(one, Field)), "")


async def refused(app: WizardApp, pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: isinstance(app.focused, TroubleList) and "Fix" in footer(app))
    assert "No plan" in shown(app)


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", WALKS)
async def test_a_failure_leads_to_where_it_is_fixed(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = WALKS[name]
    app = opened(walk.failure(), monkeypatch)
    async with app.run_test(size=size) as pilot:
        await refused(app, pilot)
        assert walk.cause in flat(app)
        assert walk.hint in flat(app)
        assert "! Review" in crumb(app)
        assert "✓ Hosts" not in crumb(app)
        assert "Start" not in footer(app)
        await pilot.press("enter")
        led = "ClusterPage" if walk.at.startswith("kubernetes") else "HostsPage"
        await until(pilot, lambda: page(app) == led)
        await until(pilot, lambda: walk.there in flat(app) or walk.there in details(app))
        await until(pilot, lambda: "Esc goes back to Review" in flat(app))
        wrong = "! Cluster" if led == "ClusterPage" else "! Hosts"
        await until(pilot, lambda: wrong in crumb(app))
        await pilot.press(*walk.keys)
        await until(pilot, lambda: walk.at in flat(app) or walk.at == focused(app))


async def test_nothing_starts_without_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(failing_hosts.unreachable(), monkeypatch)
    async with app.run_test(size=SIZE) as pilot:
        await refused(app, pilot)
        for key in ("ctrl+n", "f8"):
            await pilot.press(key)
            await until(pilot, lambda: "Nothing can start: there is no plan" in flat(app))
            assert page(app) == "ReviewPage"
            await pilot.press("up")
        app.go("deploy")
        await until(pilot, lambda: "Nothing can start: there is no plan" in flat(app))
        assert "no answer within 10 s" in flat(app)
        assert "Press Enter to start" not in flat(app)
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert app.engine.started == 0  # type: ignore[attr-defined]
        assert "g Fix" in footer(app)
        await pilot.press("g")
        await until(pilot, lambda: page(app) == "ReviewPage")


async def test_an_unknown_key_is_accepted_and_the_plan_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened(failing_hosts.unknown_key(), monkeypatch)
    async with app.run_test(size=SIZE) as pilot:
        await refused(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "k: review and accept it" in flat(app))
        assert app.screen.query_one("HostTable").cursor_row == 1  # type: ignore[attr-defined]
        await pilot.press("k")
        await until(pilot, lambda: "Compare with" in flat(app))
        await pilot.press("A", "enter")
        await until(pilot, lambda: f"{HOST} is ready. Esc goes back to Review." in flat(app))
        await until(pilot, lambda: "▸ Hosts" in crumb(app))
        await pilot.press("enter")
        await until(pilot, lambda: "F8 to start" in flat(app))
        await until(pilot, lambda: "✓ Hosts" in crumb(app))
        assert "F8 Start" in footer(app) or "f8 Start" in footer(app)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "Press Enter to start" in flat(app))


async def test_the_user_comes_back_to_the_host_that_led_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened(failing_hosts.disk_full(), monkeypatch)
    async with app.run_test(size=SIZE) as pilot:
        await refused(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "g goes to the folders" in flat(app))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await until(pilot, lambda: "Esc goes back to Hosts" in flat(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HostsPage))
        await until(pilot, lambda: "g goes to the folders" in flat(app))
        await pilot.press("escape")
        await until(pilot, lambda: page(app) == "ReviewPage")


async def test_a_plan_of_other_answers_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(failing_hosts.unreachable(), monkeypatch)
    app.engine.probe.mended = True  # type: ignore[attr-defined]
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "F8 to start" in flat(app))
        app.draft.reached.add("deploy")
        app.go("cluster")
        await until(pilot, lambda: isinstance(app.focused, Input))
        app.draft.set("cluster.name", "other")
        app.go("deploy")
        await until(pilot, lambda: "there is no plan for these answers" in flat(app))
        await until(pilot, lambda: "· Review" in crumb(app))

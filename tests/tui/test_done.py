"""The done page over scripted (FAKE) runs and a session folder with real certificates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import yaml
from support import HOSTILE, SIZE, WIDE, shown, until, wizard

from scripts import THREE, FakeEngine, data, failed, state_of, succeeded
from tui_installer.actions.runs import outcome
from tui_installer.actions.sessions import drafts
from tui_installer.engine.cluster.authority import Authority
from tui_installer.front.tui.widgets.prompts import NameFile
from tui_installer.front.tui.widgets.result_tables import ResultTable, expiry_rows, in_order
from tui_installer.model.run.events import Checked
from tui_installer.model.run.state import RunState
from tui_installer.store import paths
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.front.tui.app import WizardApp

DAY = 86400


@pytest.fixture
def folder() -> SessionFolder:
    """The session folder as a run leaves it: keys, certificates and a token, really made."""
    made = SessionFolder(paths.session_folder("demo"))
    authority = Authority.load(drafts.spec(data()), made, time.time())
    authority.make(time.time())
    made.kubeconfig.write_text("apiVersion: v1\n")
    made.journal.write_text("")
    return made


def done(state: RunState | None = None) -> WizardApp:
    app = wizard(data(), first="done")
    app.engine = FakeEngine(state or state_of(succeeded()))
    return app


def token(folder: SessionFolder) -> str:
    stored = yaml.safe_load((folder.pki / "bootstrap.token").read_bytes())
    return f"{stored['id']}.{stored['secret']}"


async def test_the_verification_is_shown_with_the_evidence_of_its_line() -> None:
    app = done()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        text = shown(app)
        assert "✓ Control plane verified: 20 checks, 84 changes, 0 restarts, 1 min 11 s" in text
        assert "master01, etcd.service: active (running), enabled" in text
        await pilot.press(*["down"] * 5)
        await until(pilot, lambda: "kubernetes.default.svc: all served" in shown(app))


async def test_failed_checks_come_first() -> None:
    state = state_of(succeeded())
    state.apply(Checked("master03", "certificate", ok=False, evidence="10.0.0.1 is missing"))
    assert in_order(state)[0].check == "certificate"
    app = done(state)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "10.0.0.1 is missing" in shown(app))
        assert "✗ bad" in shown(app)


async def test_before_any_run_it_says_so() -> None:
    app = done(RunState())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "Nothing has run yet" in shown(app)
        await pilot.press("2")
        await until(pilot, lambda: "not there yet: the run writes it" in shown(app))
        await pilot.press("3")
        await until(pilot, lambda: "There is no token yet" in shown(app))
        await pilot.press("c")
        await until(pilot, lambda: "There is no kubeconfig yet" in shown(app))


async def test_a_run_that_failed_is_not_called_done() -> None:
    app = done(state_of(failed()))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "✗ Not finished (exit 1)" in shown(app)
        assert "verified" not in shown(app)


async def test_how_to_use_it_and_where_everything_is(folder: SessionFolder) -> None:
    app = done()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "1 Checks" in shown(app))
        await pilot.press("2")
        # Paths of tests are long: lines wrap, so white space tells nothing.
        await until(pilot, lambda: "exportKUBECONFIG=" in "".join(shown(app).split()))
        text = "".join(shown(app).split())
        assert "https://192.0.2.11:6443" in text
        assert str(folder.journal)[:40] in text
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == str(folder.kubeconfig))


async def test_the_token_is_masked_until_it_is_asked_for(folder: SessionFolder) -> None:
    app, secret = done(), token(folder)
    public = secret.split(".")[0]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: f"{public}.••••" in shown(app))
        assert secret not in shown(app)
        await pilot.press("v")
        await until(pilot, lambda: secret in shown(app))
        await pilot.press("v")
        await until(pilot, lambda: secret not in shown(app))
        assert secret not in app.clipboard


async def test_the_join_file_is_whole_and_for_its_owner_alone(
    folder: SessionFolder, tmp_path: Path
) -> None:
    app, file = done(), tmp_path / "b.kubeconfig"
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, NameFile))
        await pilot.press("ctrl+a", "ctrl+k", *str(file), "enter")
        await until(pilot, file.exists)
        config = yaml.safe_load(file.read_bytes())
        assert file.stat().st_mode & 0o777 == 0o600
        assert config["users"][0]["user"] == {"token": token(folder)}
        assert config["clusters"][0]["cluster"]["server"] == "https://192.0.2.11:6443"
        assert config["clusters"][0]["cluster"]["certificate-authority-data"]
        assert token(folder) not in shown(app)


async def test_a_join_file_without_keys_is_refused_with_a_reason(tmp_path: Path) -> None:
    app = done(RunState())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, NameFile))
        await pilot.press("ctrl+a", "ctrl+k", *str(tmp_path / "x"), "enter")
        await until(pilot, lambda: "no CA or no token yet" in shown(app))
        assert not (tmp_path / "x").exists()


async def test_certificates_are_listed_by_when_they_end(folder: SessionFolder) -> None:
    app = done()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("4")
        table = app.screen.query_one("#certs-table", ResultTable)
        await until(pilot, lambda: table.row_count > 30)
        assert "364 days" in shown(app)
        assert table.get_row_at(table.row_count - 1)[4].plain.startswith("CA")
        names = {str(table.get_row_at(n)[1]) for n in range(table.row_count)}
        assert {"ca", "admin", "master01/server", "master03/etcd-peer"} <= names
        assert not any("key" in name for name in names)


def test_certificates_that_end_soon_or_have_ended_are_marked() -> None:
    now = 1_800_000_000
    ends = (now - DAY, now + 5 * DAY, now + 300 * DAY)
    expiries = tuple(outcome.Expiry(f"c{n}", "CN", end, False) for n, end in enumerate(ends))
    marks = [row[0][0] for row in expiry_rows(expiries, now)]
    assert marks == ["✗ over", "! soon", "✓ ok"]


def test_a_damaged_certificate_is_told_of_not_hidden(folder: SessionFolder) -> None:
    folder.cert_path("admin").write_text("not a certificate")
    found = {one.name: one.trouble for one in outcome.read(drafts.spec(data()), folder).expiries}
    assert found["admin"]
    assert not found["ca"]


async def test_times_are_told_step_by_step() -> None:
    app = done()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("5")
        table = app.screen.query_one("#times-table", ResultTable)
        await until(pilot, lambda: "apiserver-files" in shown(app))
        heads = [str(column.label) for column in table.ordered_columns]
        assert heads == ["Step", "operator", *THREE, "cluster"]
        assert [cell.plain for cell in table.get_row_at(1)][:2] == ["binaries", "skip"]


async def test_the_keys_lead_on_and_back() -> None:
    app = done()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, NameFile))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: type(app.screen).__name__ == "DeployPage")
        app.go("done")
        await pilot.pause()
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_hostile_evidence_is_only_ever_text(size: tuple[int, int]) -> None:
    state = state_of(succeeded())
    for text in HOSTILE:
        state.apply(Checked("master01", text[:40], ok=False, evidence=text))
    app = done(state)
    async with app.run_test(size=size) as pilot:
        for _ in HOSTILE:
            await pilot.pause()
            assert "\x1b" not in shown(app)
            assert "\u202e" not in shown(app)
            await pilot.press("down")


async def test_the_tables_follow_a_change_of_theme() -> None:
    app = done()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        table = app.screen.query_one("#checks-table", ResultTable)
        before = table.get_row_at(0)[0].style
        app.theme = "paper"
        await until(pilot, lambda: table.get_row_at(0)[0].style != before)

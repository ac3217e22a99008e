"""The token page by keys alone. No token may be on the screen unless it was asked for."""

from __future__ import annotations

import json
import stat
import time

import pytest
from support import HOSTILE, SIZE, WIDE, hosts, shown, type_text, until, wizard
from textual.widgets import DataTable, Static

from tui_installer.actions import token_store
from tui_installer.actions.sessions import drafts
from tui_installer.actions.token_view import Kind
from tui_installer.engine.cluster.authority import Authority
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.screens.token.token_dialog import EnterToken
from tui_installer.front.tui.widgets.prompts import Question
from tui_installer.model.secret import Secret
from tui_installer.store import paths
from tui_installer.store.session_folder import SessionFolder

OWN = "abcdef.0123456789abcdef"
OWN_CSV = "c37758077defd4033bfe95a071689272"


def data(mode="secret", **token):
    token = {"mode": mode, **token}
    return {"apiVersion": "tui-installer/v1", "hosts": hosts(), "token": token}


def open_page(mode="secret", **token):
    return wizard(data(mode, **token), first="token")


def folder():
    return SessionFolder(paths.session_folder("kubernetes"))


def stored():
    found = folder().read_pki("bootstrap.token")
    return json.loads(found) if found else None


def flat(app):
    return " ".join(shown(app).replace("│", " ").split())


def written(app):
    """The text of the right panel, scrolled out parts included."""
    return str(app.screen.query_one("#written", Static).render())


async def loaded(pilot):
    await until(pilot, lambda: pilot.app.screen.query_one(DataTable).row_count)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_without_a_token_it_tells_when_one_made_now_would_expire():
    app = open_page(ttl="48h")
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        in_two_days = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 48 * 3600))
        assert f"until {in_two_days}" in flat(app)
        assert "the run makes it" in flat(app)


async def test_a_folder_that_a_run_renames_is_not_named():
    app = open_page()
    app.draft = Draft.of(data())
    assert "new-" in str(app.draft.session.root)
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        text = flat(app)
        assert "in pki/bootstrap.token in the session's folder, which the run names after" in text
        assert "new-" not in text
    app.draft.close()


async def test_a_folder_that_keeps_its_name_is_named():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        assert "kubernetes/pki/bootstrap.token, 0600" in flat(app).replace(" ", "").replace(
            "token,0600", "token, 0600"
        )


async def test_the_expiry_follows_the_lifetime_as_it_is_typed():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("shift+tab", "end", "backspace", "backspace", "backspace")
        await type_text(pilot, "10d")
        in_ten_days = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 10 * 86400))
        await until(pilot, lambda: f"until {in_ten_days}" in flat(app))
        assert app.draft.data["token"]["ttl"] == "10d"


async def test_a_generated_token_is_kept_for_the_run_which_uses_it():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("g")
        await until(pilot, lambda: "✓ kept" in shown(app))
        token = stored()
        assert stat.S_IMODE((folder().pki / "bootstrap.token").stat().st_mode) == 0o600
        run = Authority.load(drafts.spec(app.draft.data), folder(), time.time())
        assert run.bootstrap.token.id == token["id"]
        assert run.bootstrap.token.secret == Secret(token["secret"])
        assert 0 <= run.bootstrap.expires - time.time() - 24 * 3600 + 60 <= 60


async def test_a_token_is_hidden_until_it_is_asked_for_and_hidden_again():
    token_store.put(folder(), Kind.SECRET, Secret(OWN), 3600)
    app = open_page()
    secret = OWN.partition(".")[2]
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "✓ kept" in shown(app))
        assert secret not in shown(app) + app.export_screenshot() + written(app)
        await pilot.press("v")
        assert OWN in shown(app)
        await pilot.press("v")
        assert secret not in shown(app)
        await pilot.press("v")
        app.go("token")
        await pilot.pause()
        await until(pilot, lambda: "✓ kept" in shown(app))
        assert secret not in shown(app)


async def test_nothing_of_a_token_is_in_the_answers():
    app = open_page("both")
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("g", "down")
        await until(pilot, stored)
        await pilot.press("g")
        await until(pilot, lambda: folder().read_pki("csv.token"))
        assert app.draft.data == data("both")


async def test_replacing_a_token_asks_first_and_no_is_the_default():
    token_store.put(folder(), Kind.SECRET, Secret(OWN), 3600)
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✓ kept" in shown(app))
        await pilot.press("g")
        assert isinstance(app.screen, Question)
        await pilot.press("enter")
        await pilot.pause()
        assert stored()["id"] == "abcdef"
        await pilot.press("g", "tab", "enter")
        await until(pilot, lambda: stored()["id"] != "abcdef")


async def test_ones_own_token_is_checked_hidden_and_kept():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("e")
        await type_text(pilot, "abcdef.0123")
        assert "✗ a bootstrap token is 6 and 16 characters" in flat(app)
        await pilot.press("enter")
        assert isinstance(app.screen, EnterToken)
        await type_text(pilot, "456789abcdef")
        assert "✓ of the right form" in shown(app)
        assert "0123456789abcdef" not in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: stored() and stored()["secret"] == "0123456789abcdef")
        await until(pilot, lambda: "abcdef.••••" in shown(app))


async def test_the_tutorials_token_is_taken_for_token_csv():
    app = open_page("csv")
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("e")
        await type_text(pilot, OWN_CSV)
        await pilot.press("enter")
        await until(pilot, lambda: folder().read_pki("csv.token") == OWN_CSV.encode())


async def test_esc_keeps_the_token_there_is():
    token_store.put(folder(), Kind.SECRET, Secret(OWN), 3600)
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✓ kept" in shown(app))
        await pilot.press("e")
        await type_text(pilot, "zzzzzz.zzzzzzzzzzzzzzzz")
        await pilot.press("escape")
        await pilot.pause()
        assert stored()["id"] == "abcdef"


@pytest.mark.parametrize(
    ("mode", "texts"),
    [
        ("secret", ("name: bootstrap-token-abcdef", "token-secret: ••••", "expiration:")),
        ("csv", ('••••,kubelet-bootstrap,10001,"system:kubelet-bootstrap"', "cfg/token.csv")),
    ],
)
async def test_what_will_be_written_is_shown_masked(mode, texts):
    token_store.put(folder(), Kind.SECRET, Secret(OWN), 3600)
    token_store.put(folder(), Kind.CSV, Secret(OWN_CSV), 0)
    app = open_page(mode)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "✓ kept" in shown(app))
        for text in texts:
            assert text in written(app)
        assert OWN_CSV not in written(app)


async def test_who_may_use_it_is_told_with_the_bindings():
    app = open_page("both")
    async with app.run_test(size=WIDE) as pilot:
        await loaded(pilot)
        told = flat(app)
        assert "Group system:bootstrappers:tui-installer may" in told
        assert "by tui-installer:kubelet-bootstrap-approve" in told
        assert "User kubelet-bootstrap may" in told


async def test_both_kinds_are_rows_and_keys_are_for_the_highlighted_one():
    app = open_page("both")
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("down", "g")
        await until(pilot, lambda: folder().read_pki("csv.token"))
        assert stored() is None


async def test_an_expired_token_is_told():
    token_store.put(folder(), Kind.SECRET, Secret(OWN), -7200)
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗ expired" in shown(app))
        assert "expired 2 h 0 min ago; g makes a new one" in flat(app)


async def test_a_damaged_token_is_told_and_replaced_after_asking():
    folder().write_secret("bootstrap.token", Secret("{"))
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗ damaged" in shown(app))
        await pilot.press("g", "tab", "enter")
        await until(pilot, lambda: "✓ kept" in shown(app))


async def test_a_folder_that_cannot_be_written_is_told():
    folder().root.parent.mkdir(parents=True)
    folder().root.write_text("a file in the way")
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        assert "cannot read" in flat(app)
        await pilot.press("g", "tab", "enter")
        await until(pilot, lambda: "✗ cannot write" in flat(app))


async def test_copying_is_only_on_request(monkeypatch):
    token_store.put(folder(), Kind.SECRET, Secret(OWN), 3600)
    app = open_page()
    copied = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✓ kept" in shown(app))
        assert copied == []
        await pilot.press("c")
        assert copied == [OWN]


async def test_a_wrong_cluster_name_leads_to_no_other_folder():
    answers = {**data(), "cluster": {"name": "../x"}}
    app = wizard(answers, first="token")
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("g")
        await until(pilot, lambda: "✓ kept" in flat(app))
        assert [one.name for one in paths.state_root().iterdir()] == ["kubernetes"]
        assert not (paths.state_root().parent / "x").exists()


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_answers_are_shown_as_text(text):
    app = wizard({**data("both", ttl=text), "cluster": {"name": text}}, first="token")
    async with app.run_test(size=SIZE) as pilot:
        await loaded(pilot)
        await pilot.press("g", "v", "c")
        about = str(app.screen.query_one("#about", Static).render())
        assert "\x1b" not in about
        assert "\u202e" not in about
        assert app.draft.data["token"]["ttl"] == text

"""The SANs page by keys alone."""

from __future__ import annotations

import time

import pytest
from support import HOSTILE, SIZE, WIDE, hosts, shown, type_text, until, wizard
from textual.events import Paste
from textual.widgets import Input

from tui_installer.actions.sessions import drafts
from tui_installer.engine.cluster.authority import Authority
from tui_installer.front.tui.screens.sans.san_dialogs import EnterSans, PasteSans
from tui_installer.front.tui.screens.sans.san_table import SanTable, fitted
from tui_installer.kubernetes.sans import server_sans
from tui_installer.store import paths
from tui_installer.store.session_folder import SessionFolder


def data(*sans, **more):
    return {"apiVersion": "tui-installer/v1", "hosts": hosts(), "sans": list(sans), **more}


def open_page(*sans, **more):
    return wizard(data(*sans, **more), first="sans")


def table(app):
    return app.screen.query_one(SanTable)


def texts(app):
    return [[str(cell) for cell in table(app).get_row_at(n)] for n in range(table(app).row_count)]


def values(app):
    return [row[2].strip() for row in texts(app)]


def flat(app):
    """What is shown without line breaks, borders and doubled spaces."""
    return " ".join(shown(app).replace("│", " ").split())


async def to_own(pilot, number=0):
    """Moves the cursor to an entry of the answers by keys."""
    await pilot.press("ctrl+home")
    while table(pilot.app).row.number != number:
        before = table(pilot.app).cursor_row
        await pilot.press("down")
        assert table(pilot.app).cursor_row > before, "no such entry"


async def test_the_list_has_required_entries_locked_with_their_reason_and_ones_own_last():
    app = open_page("192.0.2.100", "lb.example.com")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table(app).row_count)
        rows = texts(app)
        assert [row[0] for row in rows].count("locked") == len(rows) - 2
        assert rows[0][1:3] == ["IP", "10.0.0.1"]
        assert rows[0][3].startswith("first address")
        assert [row[0] for row in rows[-2:]] == ["yours", "yours"]
        assert values(app)[-2:] == ["192.0.2.100", "lb.example.com"]


@pytest.mark.parametrize(("size", "whole"), [(SIZE, False), (WIDE, True)])
async def test_reasons_are_cut_only_where_there_is_no_room(size, whole):
    app = open_page("a.example.com", "b.example.com")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: table(app).row_count and table(app).size.width)
        reasons, list_ = [row[3] for row in texts(app)], table(app)
        assert ("…" not in "".join(reasons)) == whole
        assert reasons[0].startswith("first address of service")
        scrollbar = 0 if whole else list_.styles.scrollbar_size_vertical
        used = sum(column.get_render_width(list_) for column in list_.columns.values())
        assert used == list_.outer_size.width - scrollbar
        assert (list_.virtual_size.height <= list_.outer_size.height) == whole


def test_texts_share_the_lines_there_are():
    texts = ["one two three", "four", "[/x] ä" * 4]
    assert fitted(texts, 5, 3) == [["one …"], ["four"], ["[/x]…"]]
    assert fitted(texts, 5, 6) == [["one", "two …"], ["four"], ["[/x]", "ä[/x…"]]
    assert fitted(texts, 5, 99)[0] == ["one", "two", "three"]


async def test_the_order_is_that_of_the_certificate():
    app = open_page("lb.example.com")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table(app).row_count)
        assert values(app) == [san.value for san in server_sans(app.draft.spec())]


async def test_incomplete_answers_still_give_a_list_that_says_what_is_open():
    broken = {"apiVersion": "tui-installer/v1", "hosts": [{"address": "nonsense"}]}
    app = wizard({**broken, "cluster": {"serviceCIDR": "10.0.0"}}, first="sans")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: table(app).row_count)
        assert "127.0.0.1" in values(app)
        opened = [row for row in texts(app) if row[0] == "· open"]
        assert [row[1] for row in opened] == ["IP", "IP"]


async def test_an_entry_is_added_and_canonical():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await type_text(pilot, "LB.Example.com, 2001:DB8:0::5")
        await pilot.press("enter")
        assert app.draft.data["sans"] == ["lb.example.com", "2001:db8::5"]
        assert table(app).row.value == "2001:db8::5"
        assert "added 2 entries" in shown(app)


async def test_a_wrong_entry_is_refused_with_what_is_allowed():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await type_text(pilot, "foo_bar")
        await pilot.press("enter")
        assert isinstance(app.screen, EnterSans)
        assert "want a DNS name: a-z, 0-9, - and dots" in shown(app)
        await pilot.press("escape")
        assert app.draft.get("sans") == []


async def test_what_is_there_already_is_not_added_again():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await type_text(pilot, "master01")
        await pilot.press("enter")
        assert isinstance(app.screen, EnterSans)
        assert "already listed: name of the master" in flat(app)


@pytest.mark.parametrize("key", ["e", "enter"])
async def test_ones_own_entry_is_edited_in_its_place(key):
    app = open_page("192.0.2.100", "lb.example.com")
    async with app.run_test(size=SIZE) as pilot:
        await to_own(pilot)
        await pilot.press(key)
        assert app.screen.query_one(Input).value == "192.0.2.100"
        await pilot.press("backspace", "1", "enter")
        assert app.draft.data["sans"] == ["192.0.2.101", "lb.example.com"]


@pytest.mark.parametrize("key", ["e", "enter", "d", "alt+down"])
async def test_a_required_entry_is_locked(key):
    app = open_page("192.0.2.100")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+home", key)
        assert "is locked: it derives from the answers" in shown(app)
        assert app.draft.data["sans"] == ["192.0.2.100"]


async def test_an_entry_is_removed():
    app = open_page("192.0.2.100", "lb.example.com")
    async with app.run_test(size=SIZE) as pilot:
        await to_own(pilot)
        await pilot.press("d")
        assert app.draft.data["sans"] == ["lb.example.com"]
        assert "removed 192.0.2.100" in shown(app)


async def test_entries_are_reordered_and_the_cursor_goes_along():
    app = open_page("a.example", "b.example", "c.example")
    async with app.run_test(size=SIZE) as pilot:
        await to_own(pilot)
        await pilot.press("alt+down", "alt+down", "alt+down")
        assert app.draft.data["sans"] == ["b.example", "c.example", "a.example"]
        assert table(app).row.value == "a.example"
        await pilot.press("alt+up")
        assert app.draft.data["sans"] == ["b.example", "a.example", "c.example"]


async def test_the_tutorials_list_is_pasted_with_a_preview():
    app = open_page()
    pasted = '"10.0.0.1",\n"192.0.2.21",  //Change address\n"192.0.2.100",\nfoo_bar\n'
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        app.post_message(Paste(pasted))
        await until(pilot, lambda: "Ctrl+N adds 2" in flat(app))
        assert "✗ foo_bar: want a DNS name" in shown(app)
        assert "1 already listed, 1 invalid" in flat(app)
        await pilot.press("ctrl+n")
        assert app.draft.data["sans"] == ["192.0.2.21", "192.0.2.100"]


async def test_a_paste_into_the_list_opens_the_preview():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        app.post_message(Paste("192.0.2.77"))
        await until(pilot, lambda: isinstance(app.screen, PasteSans))
        await pilot.press("ctrl+n")
        assert app.draft.data["sans"] == ["192.0.2.77"]


async def test_a_future_master_is_proposed_with_the_next_address_and_name():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f", "enter")
        assert app.draft.data["sans"] == ["192.0.2.14", "master04"]


async def test_a_virtual_address_is_added():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("v")
        await type_text(pilot, "192.0.2.100")
        await pilot.press("enter")
        assert app.draft.data["sans"] == ["192.0.2.100"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("https://master01:6443/api", "✓ passes: it is DNS:master01"),
        ("MASTER01.", "✓ passes"),
        ("a.apps.example", "✓ passes: DNS:*.apps.example covers it: * stands for a"),
        ("a.b.apps.example", "✗ fails: *.apps.example covers one label only"),
        ("apps.example", "✗ fails: *.apps.example covers names below"),
        ("192.0.2.99", "✗ fails: no IP entry has this address"),
        ("localhost", "✗ fails: only loopback addresses"),
        ("foo bar", "✗ fails: want a DNS name"),
    ],
)
async def test_the_simulator_tells_whether_a_client_would_take_it(asked, told):
    app = open_page("*.apps.example")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s")
        await type_text(pilot, asked)
        assert told in flat(app)


async def test_enter_in_the_simulator_adds_what_is_missing_and_it_passes():
    app = open_page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s")
        await type_text(pilot, "https://lb.example:8443/x")
        assert "Enter adds lb.example" in flat(app)
        await pilot.press("enter")
        assert app.draft.data["sans"] == ["lb.example"]
        assert "✓ passes" in shown(app)
        await pilot.press("escape")
        assert app.focused is table(app)


async def test_a_wrong_entry_of_the_file_is_shown_and_can_be_fixed():
    app = open_page("foo_bar", "ok.example")
    async with app.run_test(size=SIZE) as pilot:
        await to_own(pilot)
        row = table(app).row
        assert row.standing == "wrong"
        assert "underscore" in row.reason
        await pilot.press("e", *["backspace"] * 7)
        await type_text(pilot, "bar")
        await pilot.press("enter")
        assert app.draft.data["sans"] == ["bar", "ok.example"]
        assert not app.draft.problems


async def test_sans_that_are_no_list_are_shown_and_replaced_by_what_is_added():
    app = wizard({"apiVersion": "tui-installer/v1", "hosts": hosts(), "sans": "x"}, first="sans")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗ wrong" in str(texts(app)))
        await pilot.press("a")
        await type_text(pilot, "lb.example")
        await pilot.press("enter")
        assert app.draft.data["sans"] == ["lb.example"]


@pytest.mark.parametrize(("count", "told"), [(256, "✓ "), (900, "! "), (2500, "✗ ")])
async def test_size_is_told_before_handshakes_break(count, told):
    app = open_page(*(f"node{n:05}.cluster.example.com" for n in range(count)))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: f"{told}{count + 13} entries, about" in shown(app))


async def test_the_difference_to_an_earlier_certificate_is_told():
    before = drafts.spec(data("192.0.2.99"))
    folder = SessionFolder(paths.session_folder("kubernetes"))
    Authority.load(before, folder, time.time()).make(time.time())
    app = open_page("lb.example")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "master01 has a certificate" in shown(app))
        assert "+DNS:lb.example, −IP:192.0.2.99" in flat(app)
        assert texts(app)[-1][0] == "+ yours"


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_text(text):
    app = open_page(text)
    async with app.run_test(size=SIZE) as pilot:
        await to_own(pilot)
        assert "\x1b" not in shown(app)
        assert "\u202e" not in shown(app)
        await pilot.press("s")
        app.screen.query_one("#client", Input).value = text
        await pilot.pause()
        assert "✗ fails" in shown(app)
        await pilot.press("escape", "e")
        assert isinstance(app.screen, EnterSans)
        assert "\x1b" not in shown(app)
        await pilot.press("escape")
        assert app.draft.data["sans"] == [text]


async def test_the_page_built_again_is_the_same():
    app = open_page("lb.example")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: table(app).row_count)
        before = texts(app)
        app.go("sans")
        await pilot.pause()
        await until(pilot, lambda: table(app).row_count)
        assert texts(app) == before
        assert app.draft.data["sans"] == ["lb.example"]

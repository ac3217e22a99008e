"""The hosts page by keys alone. The checks' own work is tested on real hosts, in tests/hosts."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from support import HOSTILE, SIZE, WIDE, hosts, shown, type_text, until, wizard
from textual.widgets import Input

from tui_installer.actions.host_checks import host_pool
from tui_installer.actions.host_checks.host_check import QUESTIONS, Cell, NewKey, State, bad, ok
from tui_installer.front.tui.screens.hosts import screen
from tui_installer.front.tui.screens.hosts.host_table import HostTable
from tui_installer.front.tui.widgets.prompts import AskSecret, Question
from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef, SshSpec


class Probe:
    """Says of a host what its address asks for; `seen` is every check that was begun."""

    def __init__(self):
        self.seen, self.ended, self.accepted, self.seconds = [], [], set(), 0.0
        self.login = None

    async def probe(self, target, secrets, check, *, accept_new):
        self.seen.append(target.host.ssh.address)
        check.begin("reach")
        check.ssh = self.login
        await asyncio.sleep(self.seconds)
        check.put("reach", ok("ok", f"{target.host.name} answers"))
        if target.host.address.endswith("12") and not self.accepted:
            check.new_key = NewKey(target.host.name, "ssh-ed25519", "SHA256:" + "x" * 43)
            check.put("key", Cell(State.REVIEW, "new", ("it is not known",), "k: review it"))
        elif target.host.address.endswith("13"):
            check.put("login", bad("refused", "tried, in order:", "~/.ssh/one: no", hint="try it"))
        else:
            for question in QUESTIONS:
                check.put(question, ok("ok", "[/foo] evidence"))
        self.ended.append(target.host.ssh.address)

    def compare(self, checks):
        """Nothing is shared by hosts that do not exist."""

    def read_again(self):
        """The fake has no ssh_config."""

    def accept(self, keys):
        self.accepted.update(keys)
        return ""


@pytest.fixture(autouse=True)
def probe(monkeypatch):
    fake = Probe()

    async def module():
        return fake

    monkeypatch.setattr(host_pool, "_probe", module)
    monkeypatch.setattr(screen, "TYPING", 0.2)
    return fake


def page(*addresses, **more):
    return wizard({"apiVersion": "tui-installer/v1", "hosts": hosts(*addresses), **more}, "hosts")


async def checked(pilot, probe, count):
    await until(pilot, lambda: len(probe.ended) >= count)
    await pilot.pause(0.15)


async def test_an_empty_page_says_how_to_begin_and_enter_adds_a_host():
    app = wizard(None, "hosts")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "No host yet" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.focused, Input)
        await type_text(pilot, "192.0.2.11")
        assert app.draft.data["hosts"] == [{"address": "192.0.2.11"}]


async def test_what_is_typed_is_in_the_answers_as_the_file_has_it(probe):
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        for text in ("", "", "m1", "203.0.113.1", "", "ops", "2222", "~/a, ~/b", "me@192.0.2.1:23"):
            await type_text(pilot, text)
            await pilot.press("enter")
        await pilot.press("escape")
        await pilot.pause()
        assert app.draft.data["hosts"] == [
            {
                "address": "192.0.2.11",
                "name": "m1",
                "ssh": {
                    "user": "ops",
                    "port": 2222,
                    "identityFiles": ["~/a", "~/b"],
                    "jump": {"address": "192.0.2.1", "user": "me", "port": 23},
                },
                "sshAddress": "203.0.113.1",
            }
        ]
        assert not app.draft.problems


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_chain_of_jump_hosts_is_typed_and_shown_as_for_ssh(size):
    """The nearest first; what is known of a hop stays with it."""
    app = page("192.0.2.11")
    app.draft.data["hosts"][0]["ssh"] = {
        "jump": {"address": "edge", "fingerprint": "SHA256:" + "A" * 43, "jump": {"address": "old"}}
    }
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        field = next(one for one in app.screen.query(Input) if one.value == "old,edge")
        field.focus()
        field.value = ""
        await type_text(pilot, "me@bastion:2222,edge")
        await pilot.press("escape")
        await pilot.pause()
        assert app.draft.data["hosts"][0]["ssh"]["jump"] == {
            "address": "edge",
            "fingerprint": "SHA256:" + "A" * 43,
            "jump": {"address": "bastion", "user": "me", "port": 2222},
        }
        assert not app.draft.problems


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_details_show_the_login_and_where_it_comes_from(probe, size):
    place = "~/.ssh/config line 12"
    made = SshSpec("192.0.2.11", 22, "ubuntu", (), True, SecretRef(), "")
    hop = replace(made, address="198.51.100.7", user="jump", port=2222)
    probe.login = replace(made, jump=hop, origins=(("user", place), ("jump", place)))
    app = page("192.0.2.11")
    async with app.run_test(size=size) as pilot:
        await checked(pilot, probe, 1)
        table = app.screen.query_one(HostTable)
        assert "ubuntu:22" in str(table.get_row_at(0)[2])
        text = str(app.screen.query_one("#details-text").visual)
        assert "ubuntu@192.0.2.11:22 through jump@198.51.100.7:2222" in " ".join(text.split())
        assert f"user ubuntu, from {place}" in " ".join(text.split())


async def test_emptied_fields_leave_nothing_behind():
    app = page("192.0.2.11")
    app.draft.data["hosts"][0]["ssh"] = {"port": 2222}
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("e")
        await pilot.press(*["tab"] * 6, "end", *["backspace"] * 4)
        assert app.draft.data["hosts"] == [{"address": "192.0.2.11"}]


async def test_a_new_host_without_a_word_goes_when_the_form_is_left():
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await pilot.pause()
        assert len(app.draft.data["hosts"]) == 2
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.draft.data["hosts"]) == 1
        assert isinstance(app.focused, HostTable)


async def test_each_host_is_checked_and_its_cells_are_shown(probe):
    app = page("192.0.2.11", "192.0.2.13")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 2)
        rows = [
            line for line in shown(app).splitlines() if "192.0.2.1" in line and "master" in line
        ]
        assert rows[0].count("✓") == 9
        assert "✗" in rows[1]
        await pilot.press("down")
        await pilot.pause(0.15)
        text = shown(app)
        assert "~/.ssh/one: no" in text
        assert "→ try it" in text


async def test_only_the_last_of_what_is_typed_is_checked_and_the_old_check_ends(probe):
    probe.seconds = 5
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: probe.seen == ["192.0.2.11"])
        await pilot.press("e")
        await pilot.pause()
        probe.seconds = 0
        await pilot.press("end")
        await type_text(pilot, "1")
        await pilot.press("backspace", "backspace", "4")
        await checked(pilot, probe, 1)
        assert probe.seen == ["192.0.2.11", "192.0.2.14"]
        assert probe.ended == ["192.0.2.14"]


async def test_another_name_is_no_reason_to_check_again(probe):
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        app.draft.set("hosts.0.name", "other")
        await pilot.pause(0.5)
        assert len(probe.seen) == 1


async def test_results_are_there_when_one_comes_back(probe):
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        app.go("token")
        await pilot.pause()
        await pilot.press("escape")
        app.go("hosts")
        await pilot.pause(0.1)
        assert "1 ready" in shown(app)
        assert len(probe.seen) == 1


async def test_r_checks_again(probe):
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        await pilot.press("r")
        await checked(pilot, probe, 2)
        assert len(probe.seen) == 2


async def test_enter_goes_on_once_all_is_well(probe):
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        went = []
        app.go = went.append
        await pilot.press("enter")
        assert went == ["cluster"]


@pytest.mark.parametrize("addresses", [("192.0.2.13",), ("192.0.2.11", "192.0.2.14")])
async def test_enter_stays_and_says_why_while_something_is_wrong(probe, addresses):
    app = page(*addresses)
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, len(addresses))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, screen.HostsPage)
        hint = str(app.screen.query_one("#hint").content)
        assert "tried" in hint or "1, 3 or 5" in hint


async def test_new_host_keys_are_accepted_only_when_they_are_marked(probe):
    app = page("192.0.2.12")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        assert "1 new host key" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "SHA256:xxx" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "No key is accepted yet" in shown(app)
        await pilot.press("space", "enter")
        await until(pilot, lambda: probe.accepted)
        await checked(pilot, probe, 2)
        assert "1 ready" in shown(app)


async def test_esc_accepts_no_host_key(probe):
    app = page("192.0.2.12")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        await pilot.press("k")
        await pilot.pause()
        await pilot.press("a", "escape")
        await pilot.pause(0.2)
        assert not probe.accepted


async def test_hosts_are_moved_and_removed_after_a_question():
    app = page("192.0.2.11", "192.0.2.14", "192.0.2.15")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("alt+down")
        await pilot.pause()
        assert [h["address"][-2:] for h in app.draft.data["hosts"]] == ["14", "11", "15"]
        await pilot.press("d")
        await pilot.pause()
        assert isinstance(app.screen, Question)
        await pilot.press("escape", "d")
        await pilot.pause()
        assert len(app.draft.data["hosts"]) == 3
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert [h["address"][-2:] for h in app.draft.data["hosts"]] == ["14", "15"]


async def test_the_login_of_all_hosts_is_edited_in_its_own_form():
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("s")
        await pilot.pause()
        await type_text(pilot, "ops")
        await pilot.press("enter")
        await type_text(pilot, "2222")
        await pilot.press("escape")
        await pilot.pause()
        assert app.draft.data["ssh"] == {"user": "ops", "port": 2222}
        assert "ops:2222" in shown(app)


async def test_a_password_is_asked_for_once_no_dialog_is_open(probe):
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        await pilot.press("d")
        await pilot.pause()
        asked = app.engine.spawn(app.engine._asked("Password: "))
        await pilot.pause(0.3)
        assert isinstance(app.screen, Question)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AskSecret))
        await type_text(pilot, "s3cret!")
        assert "s3cret" not in shown(app)
        await pilot.press("enter")
        assert await asked == Secret("s3cret!")


async def test_a_question_goes_with_the_check_that_asked_it(probe):
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await checked(pilot, probe, 1)
        asked = app.engine.spawn(app.engine._asked("Password: "))
        await until(pilot, lambda: isinstance(app.screen, AskSecret))
        asked.cancel()
        await until(pilot, lambda: not isinstance(app.screen, AskSecret))


@pytest.mark.parametrize("size", [SIZE, WIDE, (160, 45)])
@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_and_nothing_more(text, size):
    app = page("192.0.2.11")
    app.draft.data["hosts"] += [{"address": text, "name": text, "ssh": {"user": text}}]
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.2)
        await pilot.press("down", "e")
        await pilot.pause()
        assert not set(shown(app)) & {"\x1b", "\x07", "\u202e"}
        await pilot.press("escape")
        await pilot.pause()
        assert app.draft.data["hosts"][1]["name"] == text


@pytest.mark.parametrize("wrong", ["text", {"a": 1}, [1, None, "x"], None])
async def test_answers_of_another_shape_are_no_crash(wrong):
    app = wizard({"apiVersion": "tui-installer/v1", "hosts": wrong}, "hosts")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("a")
        await pilot.pause()
        await type_text(pilot, "192.0.2.11")
        assert app.draft.data["hosts"][-1] == {"address": "192.0.2.11"}


async def test_fifty_hosts_are_checked_and_shown(probe):
    app = page(*(f"192.0.2.{number}" for number in range(150, 200)))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: len(probe.ended) == 50, seconds=15)
        await until(pilot, lambda: "50 ready" in shown(app))


async def test_a_choice_that_is_wrong_stays_until_another_is_made():
    app = page("192.0.2.11", ssh={"sudo": {"mode": "[/foo]"}, "agent": "yes"})
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("s")
        await pilot.pause(0.2)
        assert "[/foo]" in shown(app)
        assert app.draft.data["ssh"] == {"sudo": {"mode": "[/foo]"}, "agent": "yes"}
        await pilot.press("tab", "tab", "tab", "enter", "down", "down", "enter")
        await pilot.pause()
        assert app.draft.data["ssh"] == {"sudo": {"mode": "[/foo]"}, "agent": False}

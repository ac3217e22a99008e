"""Refused identities rest; what a damaged file says is not believed."""

from __future__ import annotations

import json
import stat
import time
from dataclasses import replace

import pytest

from tui_installer.model.spec import SecretRef, SshSpec
from tui_installer.remote.recent_logins import KEPT, REST, RecentLogins, digest, rested

SSH = SshSpec("192.0.2.7", 22, "ops", (), False, SecretRef(), "")
ONE, TWO, THREE = b"one", b"two", b"three"


class Pair:
    def __init__(self, blob):
        self.public_data = blob


class Identity:
    """As rested() needs one."""

    def __init__(self, blob, result=""):
        self.pair, self.result = Pair(blob) if blob else None, result


@pytest.fixture
def recent(tmp_path):
    return RecentLogins(tmp_path / "state" / "recent_logins")


def note(recent, ssh=SSH, *, refused=(), accepted=()):
    recent.note(ssh, refused=refused, accepted=accepted)


def test_a_refused_identity_is_known_to_the_next_login_of_this_user_there(recent):
    note(recent, refused=[ONE])
    assert list(recent.refused(SSH)) == [digest(ONE)]
    for other in (
        replace(SSH, user="dev"),
        replace(SSH, port=2222),
        replace(SSH, address="192.0.2.8"),
        replace(SSH, jump=SSH),
    ):
        assert recent.refused(other) == {}


def test_an_accepted_identity_is_no_longer_refused(recent):
    note(recent, refused=[ONE, TWO])
    note(recent, accepted=[ONE])
    assert list(recent.refused(SSH)) == [digest(TWO)]


def test_the_last_answer_is_known_for_any_user_and_forgotten_in_time(recent, monkeypatch):
    assert recent.answered(SSH) is None
    note(recent)
    assert recent.answered(replace(SSH, user="dev")) < 5
    later = time.time() + KEPT + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert recent.answered(SSH) is None


def test_the_file_is_the_users_alone_and_holds_no_key(recent):
    note(recent, refused=[b"a public key"])
    assert stat.S_IMODE(recent.file.stat().st_mode) == 0o600
    assert b"a public key" not in recent.file.read_bytes()


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"refused": 3}', '{"answered": {"192.0.2.7": "x"}}', "\0"]
)
def test_a_damaged_file_says_nothing_and_is_replaced(recent, text):
    recent.file.parent.mkdir()
    recent.file.write_text(text)
    assert recent.refused(SSH) == {}
    assert recent.answered(SSH) is None
    note(recent, refused=[ONE])
    assert json.loads(recent.file.read_text())["refused"]


def test_a_folder_that_cannot_be_written_stops_no_login(tmp_path):
    (tmp_path / "file").write_text("")
    recent = RecentLogins(tmp_path / "file" / "recent_logins")
    note(recent, refused=[ONE])
    assert recent.refused(SSH) == {}


async def test_lately_refused_identities_come_last_and_rest_at_first():
    async def queue():
        for identity in (Identity(ONE), Identity(TWO), Identity(None, "broken"), Identity(THREE)):
            yield identity

    refused = {digest(ONE): REST + 1, digest(TWO): 12.0}
    found = [
        (identity.pair and identity.pair.public_data, identity.result)
        async for identity in rested(queue(), refused)
    ]
    assert found == [
        (None, "broken"),
        (THREE, ""),
        (ONE, ""),
        (TWO, "refused by the host 12 s ago, not tried again for 18 s"),
    ]

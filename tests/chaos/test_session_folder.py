"""The session's own files damaged: a torn journal is gone on with, a damaged key is refused."""

from __future__ import annotations

import json
import random

import pytest
from site_under_test import assert_nothing_to_do

from chaos.kept import kept
from chaos.running import resume

HOST = "master01"
TAIL = 200
"""The journal is cut at each of its last bytes."""
IRREPLACEABLE = (
    "ca.pem",
    "ca-key.pem",
    "etcd-ca-key.pem",
    "front-proxy-ca-key.pem",
    "signing-ca-key.pem",
    "sa.key",
    "encryption.key",
    "bootstrap.token",
)
DAMAGE = {
    "empty": lambda data, chance: b"",
    "half": lambda data, chance: data[: len(data) // 2],
    "zeros": lambda data, chance: bytes(len(data)),
    "another": lambda data, chance: _one_letter_else(data, chance),
}


def _one_letter_else(data: bytes, chance: random.Random) -> bytes:
    """Still of the right form: only what it says is another."""
    letters = [n for n, byte in enumerate(data) if chr(byte).isalnum()]
    place = chance.choice(letters[len(letters) // 2 : -8])
    letter = b"b" if data[place : place + 1] == b"a" else b"a"
    return data[:place] + letter + data[place + 1 :]


@pytest.fixture(scope="module")
def site(new_site):
    with new_site(HOST) as made:
        assert resume(made).code == 0
        yield made


@pytest.fixture(scope="module")
def chance(request):
    return random.Random(int(request.config.option.chaos_seed))


def test_a_journal_cut_at_any_byte_is_gone_on_with(site, request, chance):
    journal = site.state / "journal.jsonl"
    whole = journal.read_bytes()
    every = range(1, TAIL + 1)
    cuts = every if request.config.option.chaos_whole else sorted(chance.sample(every, 4))
    for cut in cuts:
        journal.write_bytes(whole[:-cut])
        done = resume(site)
        assert (done.code, done.changed()) == (0, (0, 0)), f"cut by {cut}: {done.explain()}"
        text = journal.read_bytes()
        assert text.startswith(whole[:-cut]), f"cut by {cut}: what was there is kept"
        new = [line for line in text.splitlines() if is_event(line)]
        left = [line for line in whole[:-cut].splitlines() if is_event(line)]
        assert len(new) == len(left) + len(written(done)), f"cut by {cut}: an event is lost"


def is_event(line):
    try:
        return bool(json.loads(line)["event"])
    except ValueError:
        return False


def written(done):
    return [event for event in done.events if event["event"] != "Progress"]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", IRREPLACEABLE)
def test_a_damaged_key_is_named_and_neither_replaced_nor_installed(site, name, damage, chance):
    file = site.pki / name
    good, before, units = file.read_bytes(), kept(site), site.running()
    there = site.snapshot(HOST)
    bad = DAMAGE[damage](good, chance)
    file.write_bytes(bad)
    try:
        done = resume(site)
        assert file.read_bytes() == bad, "a damaged file is never overwritten"
        assert done.code in (1, 2), done.explain()
        assert name in done.everything(), done.explain()
        assert "internal error" not in done.everything()
        assert site.snapshot(HOST) == there
    finally:
        file.write_bytes(good)
    assert kept(site) == before
    assert site.running() == units
    assert_nothing_to_do(site)

"""The session's own files damaged: a torn journal is gone on with, a damaged key is refused."""

from __future__ import annotations

import json
import random

import pytest
from site_under_test import assert_nothing_to_do

from chaos.kept import kept
from chaos.running import resume

pytestmark = pytest.mark.xdist_group("session_folder")  # one site for all
HOST = "master01"
TAIL = 200
"""The journal is cut at each of its last bytes."""
NAMED = {
    "ca.pem": "the CA ca ",
    "ca-key.pem": "the CA ca ",
    "etcd-ca-key.pem": "the CA etcd-ca ",
    "front-proxy-ca-key.pem": "the CA front-proxy-ca ",
    "signing-ca-key.pem": "the CA signing-ca ",
    "sa.key": "sa.key",
    "encryption.key": "encryption.key",
    "bootstrap.token": "bootstrap.token",
}
"""What can't be made again → how a person is told of it."""
AT_REST = "the key of Secrets at rest, /opt/kubernetes/cfg/encryption.yaml: on the host"
"""A good key, but not the one that the hosts have."""


def _one_letter_else(data: bytes, chance: random.Random) -> bytes:
    """Still of the right form: only what it says is another."""
    letters = [n for n, byte in enumerate(data) if chr(byte).isalnum()]
    place = chance.choice(letters[len(letters) // 2 : -8])
    letter = b"b" if data[place : place + 1] == b"a" else b"a"
    return data[:place] + letter + data[place + 1 :]


DAMAGE = {
    "empty": lambda data, _: b"",
    "half": lambda data, _: data[: len(data) // 2],
    "zeros": lambda data, _: bytes(len(data)),
    "another": _one_letter_else,
}


@pytest.fixture(scope="module")
def site(new_site):
    with new_site(HOST) as made:
        made.install()
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
        left = whole[:-cut].rpartition(b"\n")[0] + b"\n"
        told = journal.read_bytes()
        assert told.startswith(left), f"cut by {cut}: a whole line was lost"
        new = told.removeprefix(left).splitlines()
        assert all(map(is_event, new)), f"cut by {cut}: {new}"
        notices = [line for line in new if b"is incomplete" in line]
        assert len(notices) == (len(left) < len(whole) - cut), f"cut by {cut}: no notice"
        assert len(new) == len(notices) + len(written(done)), f"cut by {cut}: an event is lost"


def is_event(line):
    try:
        return bool(json.loads(line)["event"])
    except ValueError:
        return False


def written(done):
    return [event for event in done.events if event["event"] != "Progress"]


def pytest_generate_tests(metafunc):
    """All pairs, or in the quick run one name for each kind of damage."""
    if "damage" in metafunc.fixturenames:
        option = metafunc.config.option
        # Of another token nothing tells that it was not always this one.
        pairs = [(n, d) for n in NAMED for d in DAMAGE if (n, d) != ("bootstrap.token", "another")]
        if not option.chaos_whole:
            chance = random.Random(int(option.chaos_seed))
            pairs = [chance.choice([pair for pair in pairs if pair[1] == d]) for d in DAMAGE]
        metafunc.parametrize(("name", "damage"), pairs)


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
        told = NAMED[name] if damage != "another" or name != "encryption.key" else AT_REST
        assert told in done.everything(), done.explain()
        assert "internal error" not in done.everything()
        assert site.snapshot(HOST) == there
    finally:
        file.write_bytes(good)
    assert kept(site) == before
    assert site.running() == units
    assert_nothing_to_do(site)

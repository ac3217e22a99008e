"""Key files and the agent: what is asked for when, and what is said of each."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from remote_support import Keys, Machines, Person

from tui_installer.errors import AuthenticationFailed
from tui_installer.model.spec import SecretRef

ONE = "idents01"


@pytest.fixture(scope="module")
def made(new_lab, tmp_path_factory):
    return Machines(new_lab(ONE), tmp_path_factory.mktemp("own") / "known_hosts")


@pytest.fixture
def hosts(made, tmp_path):
    return replace(made, own=tmp_path / "state" / "known_hosts")


@pytest.fixture
def keygen(tmp_path):
    return Keys(tmp_path)


@pytest.fixture
def agent(tmp_path, monkeypatch):
    """An ssh-agent that gets keys; ended by its process id."""
    socket = tempfile.mkdtemp(prefix="agent-", dir="/tmp")
    running = subprocess.Popen(["ssh-agent", "-D", "-a", f"{socket}/s"], stdout=subprocess.DEVNULL)
    monkeypatch.setenv("SSH_AUTH_SOCK", f"{socket}/s")
    asks = tmp_path / "askpass"
    asks.write_text("#!/bin/sh\necho tell me\n")
    asks.chmod(0o700)

    def add(*files):
        while not Path(f"{socket}/s").exists():
            time.sleep(0.01)
        always = {"SSH_ASKPASS": str(asks), "SSH_ASKPASS_REQUIRE": "force"}
        argv = ["ssh-add", "-q", *files]
        subprocess.run(argv, check=True, env=os.environ | always, stderr=subprocess.DEVNULL)

    yield add
    running.terminate()
    running.wait()
    shutil.rmtree(socket)


async def test_an_encrypted_key_is_asked_about_only_once_the_host_takes_it(hosts, keygen):
    stranger = keygen("stranger", passphrase="nobody knows")
    own = keygen("own", passphrase="tell me")
    keygen.allow(hosts, ONE, own)
    person = Person("tell me")
    spec = hosts.spec(ONE, identity_files=(stranger, own))
    async with hosts.connected(spec, ask=person) as host:
        assert (await host.run("id -u")).text == "0\n"
    assert len(person.prompts) == 1
    assert str(own) in person.prompts[0]
    assert host.login.tried == (f"{stranger}: refused by the host", f"{own}: accepted")


async def test_the_time_a_person_takes_to_type_is_not_counted(hosts, keygen):
    own = keygen("slow", passphrase="tell me")
    keygen.allow(hosts, ONE, own)

    class Slow(Person):
        async def __call__(self, prompt):
            await asyncio.sleep(11)
            return await super().__call__(prompt)

    spec = hosts.spec(ONE, identity_files=(own,))
    async with hosts.connected(spec, ask=Slow("tell me")) as host:
        assert host.login.identity == str(own)


@pytest.mark.parametrize("answers", [(), ("no", "no", "no")])
async def test_without_the_passphrase_every_identity_is_listed_with_its_result(
    hosts, keygen, tmp_path, answers
):
    own, stranger = keygen("locked", passphrase="tell me"), keygen("plain")
    keygen.allow(hosts, ONE, own)
    broken = tmp_path / "broken"
    broken.write_text("this is no key\n")
    files = (own, stranger, broken, tmp_path / "missing")
    with pytest.raises(AuthenticationFailed, match="accepts none of the identities") as caught:
        async with hosts.connected(
            hosts.spec(ONE, identity_files=files), ask=Person(*answers) if answers else None
        ):
            pass
    said = caught.value.details
    assert said[0] == "tried, in order:"
    assert said[1].startswith(f"{own}: accepted by the host, but")
    assert "passphrase" in said[1]
    assert said[2] == f"{stranger}: refused by the host"
    assert said[3].startswith(f"{broken}: not usable")
    assert said[4].startswith(f"{tmp_path / 'missing'}: cannot be read")
    assert "passphrase: {file:" in caught.value.hint


async def test_a_source_of_a_passphrase_that_is_not_to_be_used_ends_the_login(hosts, keygen):
    own = keygen("sourced", passphrase="tell me")
    keygen.allow(hosts, ONE, own)
    ref = SecretRef(env="TUI_TEST_NOT_SET")
    with pytest.raises(AuthenticationFailed, match="TUI_TEST_NOT_SET, which is not set") as caught:
        async with hosts.connected(hosts.spec(ONE, identity_files=(own,), passphrase=ref)):
            pass
    assert caught.value.host == ONE


async def test_an_agents_key_is_used_and_named(hosts, agent, keygen):
    agent(keygen("other"), hosts.lab.key)
    async with hosts.connected(hosts.spec(ONE, identity_files=(), use_agent=True)) as host:
        pass
    assert host.login.identity.startswith("agent: SHA256:")
    assert host.login.identity.endswith(" ed25519")
    assert host.login.tried[0].endswith("refused by the host")
    assert len(host.login.tried) == 2


async def test_a_named_file_whose_key_the_agent_holds_needs_no_passphrase(hosts, agent, keygen):
    own = keygen("held", passphrase="tell me")
    keygen.allow(hosts, ONE, own)
    agent(own)
    spec = hosts.spec(ONE, identity_files=(own,), use_agent=True)
    async with hosts.connected(spec) as host:
        assert host.login.identity.startswith("agent: ")
        assert len(host.login.tried) == 1

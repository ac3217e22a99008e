"""OpenSSH 10, which turns away for a while who fails to log in: PerSourcePenalties by default."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from remote_support import Keys, Machines

from tui_installer.errors import AuthenticationFailed
from tui_installer.remote import throttling
from tui_installer.remote.credentials import Credentials
from tui_installer.remote.ssh import connect
from tui_installer.remote.throttling import Throttled

HOST = "strict01"


@pytest.fixture(scope="module")
def made(new_lab, tmp_path_factory):
    return Machines(new_lab(HOST, base="trixie"), tmp_path_factory.mktemp("own") / "known_hosts")


@pytest.fixture
def hosts(made, tmp_path):
    return replace(made, own=tmp_path / "state" / "known_hosts")


@pytest.fixture
def wrong(hosts, tmp_path):
    return hosts.spec(HOST, identity_files=(Keys(tmp_path)("wrong"),))


async def log_in(hosts, spec, say=lambda _: None):
    """As a process of its own does it: only the files are shared."""
    host = await connect(spec, credentials=Credentials(), host_keys=hosts.policy(), say=say)
    await host.close()
    return host.login


async def refused(hosts, spec):
    with pytest.raises(AuthenticationFailed) as caught:
        await log_in(hosts, spec)
    return caught.value


async def test_checks_again_with_a_wrong_key_cause_no_penalty(hosts, wrong):
    first = await refused(hosts, wrong)
    assert first.details[1].endswith("wrong: refused by the host")
    for _ in range(4):
        again = await refused(hosts, wrong)
        assert "not tried again for" in again.details[1]
        assert "block addresses" in again.hint
    said = []
    assert (await log_in(hosts, hosts.spec(HOST), said.append)).identity == str(hosts.lab.key)
    assert said == []


async def test_a_wrong_key_before_the_right_one_is_not_tried_by_the_next_login(hosts, wrong):
    files = (*wrong.ssh.identity_files, hosts.lab.key)
    spec = hosts.spec(HOST, identity_files=files)
    assert len((await log_in(hosts, spec)).tried) == 2
    assert (await log_in(hosts, spec)).tried == (f"{hosts.lab.key}: accepted",)


async def test_a_penalty_of_others_is_named_and_waited_for(hosts, wrong):
    """The user's own ssh, or an older program, has failed a few times."""
    with pytest.raises(Throttled, match="PerSourcePenalties"):
        await fail_often(hosts, wrong)
    said = []
    assert (await log_in(hosts, hosts.spec(HOST), said.append)).identity == str(hosts.lab.key)
    assert "turns this machine away" in said[0]
    assert "trying again for up to 90 s" in said[0]


async def fail_often(hosts, spec):
    """Logs in with a wrong key, forgetting each time that it was refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throttling, "PATIENCE", 0.1)
        for _ in range(20):
            hosts.own.with_name("recent_logins").unlink(missing_ok=True)
            with contextlib.suppress(AuthenticationFailed):
                await log_in(hosts, spec)

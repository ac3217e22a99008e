"""Logins against real sshd, one row of login_rows.py a case."""

from __future__ import annotations

import re
import socket
from dataclasses import replace

import pytest
from login_rows import REFUSED, ROWS
from login_site import LoginSite, Types, agent
from remote_support import PASSWORD, Machines
from site_under_test import V137, Site

from tui_installer.actions.host_checks import host_target, probe
from tui_installer.actions.host_checks.host_check import HostCheck, State
from tui_installer.actions.sessions import drafts
from tui_installer.errors import ConnectionFailed, ExitCode
from tui_installer.lab import lab
from tui_installer.model.secret import Secret
from tui_installer.remote import throttling
from tui_installer.remote.credentials import Credentials, Typed
from tui_installer.remote.ssh import connect

HOST = "logins01"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@pytest.fixture(scope="module")
def site(new_lab, tmp_path_factory):
    machines = Machines(new_lab(HOST), tmp_path_factory.mktemp("own") / "known_hosts")
    return LoginSite.start(machines, HOST, tmp_path_factory.mktemp("keys"))


@pytest.fixture
def own(site, tmp_path):
    """The site for one test: what earlier logins were told is not known to it."""
    machines = replace(site.machines, own=tmp_path / "state" / "known_hosts")
    return replace(site, machines=machines)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(throttling, "PATIENCE", 0.5)
    monkeypatch.setattr(throttling, "DOUBT", 0.5)
    monkeypatch.setattr(throttling, "PAUSES", (0.1, 0.2))


async def outcome(site, row, tmp_path, monkeypatch):
    """(the login or None, the error or None, what was asked)."""
    with agent(site, row) as its_socket:
        elsewhere = row.agent_is == "elsewhere"
        monkeypatch.setenv("SSH_AUTH_SOCK", "" if elsewhere else its_socket)
        monkeypatch.setenv("HOME", str(tmp_path))
        types = Types(site, row.types) if row.types is not None else None
        spec = site.spec(row, tmp_path, its_socket)
        try:
            async with site.machines.connected(spec, ask=types) as host:
                if row.runs:
                    with pytest.raises(ConnectionFailed, match=row.runs):
                        await host.run("id -u", timeout=5)
                return host.login, None, types.prompts if types else []
        except ConnectionFailed as error:
            return None, error, types.prompts if types else []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_login_comes_out_as_its_row_says(own, row, tmp_path, monkeypatch):
    held = None
    if "MaxStartups" in row.sshd:
        address = own.machines.lab.machine(HOST).address
        held = socket.create_connection((address, own.port(row)))
        assert held.recv(4) == b"SSH-"
    login, error, prompts = await outcome(own, row, tmp_path, monkeypatch)
    if held:
        held.close()
    said = "\n".join((error.message, *error.details, error.hint)) if error else ""
    assert (type(error).__name__ if error else "") == row.error, said
    for words in row.says:
        assert words in said
    assert not UNSAFE.search(said + "".join(prompts))
    if error:
        assert error.code is ExitCode.CONNECTION
        assert error.hint
    tried = login.tried if login else [line for line in error.details if ": " in line]
    assert_tried(own, tried, row)
    assert len(prompts) == len(row.prompts), prompts
    for wanted, shown in zip(row.prompts, prompts, strict=True):
        assert wanted in shown


def assert_tried(site, tried, row):
    folder = f"{site.keys.path}/"
    lines = [line.replace(folder, "") for line in tried if not line.startswith("the host says")]
    assert all(line.partition(": ")[2] for line in lines), "a result is empty"
    if row.tried is None:
        return
    if row.error and row.agent_is in ("gone", "locked"):
        lines = lines[1:]
    for (label, result), line in zip(row.tried, lines, strict=True):
        assert line.startswith(label), lines
        assert result in line, lines


def row_named(name):
    return next(row for row in ROWS if row.name == name)


def answers_of(site, row):
    """Answers with which the program logs in as the row does."""
    answers = lab.answers(site.machines.lab.folder, [HOST])
    files = [str(site.keys.path / key) for key in row.keys]
    ssh = {"user": row.user, "port": site.port(row), "identityFiles": files, "agent": False}
    kubernetes = {"version": V137}
    return answers | {"ssh": ssh, "cluster": {"name": "test"}, "kubernetes": kubernetes}


@pytest.mark.parametrize(
    "name", ["a wrong key only", "second factor, nobody there", "password, nobody there"]
)
async def test_live_check_and_run_say_the_same_words(own, name, tmp_path, monkeypatch):
    row = row_named(name)
    _, error, _ = await outcome(own, row, tmp_path, monkeypatch)
    answers = answers_of(own, row)
    words = error.message.partition(") ")[2] or error.message.partition("): ")[2]

    check = HostCheck()
    found, _ = drafts.judge(answers)
    await probe.probe(host_target.target(found, 0), Credentials(), check)
    check.end()
    assert check.cells["key"].state is State.OK
    assert words in check.cells["login"].evidence[0]
    assert check.cells["login"].hint == error.hint

    done = Site(own.machines.lab, tmp_path / "other", answers).run("--plan")
    assert done.code == ExitCode.CONNECTION, done.explain()
    assert words in done.everything()
    assert error.hint in done.everything()


def test_a_run_right_after_another_does_not_try_a_refused_key_again(own, tmp_path):
    row = row_named("a wrong key only")
    answers = answers_of(own, row)
    site = Site(own.machines.lab, tmp_path / "site", answers)
    first = site.run("--plan")
    assert f"stranger: {REFUSED}" in first.everything()
    again = site.run("--plan")
    assert (first.code, again.code) == (ExitCode.CONNECTION, ExitCode.CONNECTION)
    assert "not tried again for" in again.everything()
    assert "block addresses" in again.everything()


async def test_one_password_serves_all_hosts_but_a_code_is_asked_for_anew(own, tmp_path):
    password, code = row_named("password typed"), row_named("second factor")
    types = Types(own, ("{password}", "{code}", "{code}"))
    credentials = Credentials(types)
    for row in (password, password, code, code):
        spec = own.spec(row, tmp_path, "")
        await connected(own, spec, credentials)
    assert len(types.prompts) == 3
    assert "for SSH" in types.prompts[0]
    assert [secret.reveal() for secret in credentials.typed.logins.values()] == [PASSWORD.encode()]


async def test_what_was_typed_serves_another_process(own, tmp_path):
    spec = own.spec(row_named("password typed"), tmp_path, "")
    typed = Typed(logins={"ops": Secret(PASSWORD)})
    login = await connected(own, spec, Credentials(None, typed=typed))
    assert login.identity == "password"


async def test_a_host_with_too_many_logins_under_way_is_waited_for(own, tmp_path, monkeypatch):
    monkeypatch.setattr(throttling, "PATIENCE", 20.0)
    row, said = row_named("MaxStartups reached"), []
    address = own.machines.lab.machine(HOST).address
    held = socket.create_connection((address, own.port(row)))
    assert held.recv(4) == b"SSH-"

    def say(sentence):
        said.append(sentence)
        held.close()

    login = await connected(own, own.spec(row, tmp_path, ""), Credentials(), say=say)
    assert login.identity.endswith("/good")
    assert len(said) == 1
    assert "MaxStartups" in said[0]
    assert "trying again for up to 20 s" in said[0]


async def test_a_port_that_is_closed_now_but_answered_before(own, tmp_path):
    row = row_named("ed25519")
    spec = own.spec(row, tmp_path, "")
    await connected(own, spec, Credentials())
    own.sh(f"kill $(cat /run/row{own.port(row)}.pid)")
    try:
        with pytest.raises(throttling.Throttled, match="refused, though sshd answered") as caught:
            await connected(own, spec, Credentials())
        assert "fail2ban" in caught.value.hint
    finally:
        own.sh(f"/usr/local/sbin/row{own.port(row)} -f /etc/ssh/row{own.port(row)}")


async def connected(site, spec, credentials, say=lambda _: None):
    """How a login went that succeeds."""
    policy = site.machines.policy()
    host = await connect(spec, credentials=credentials, host_keys=policy, say=say)
    await host.close()
    return host.login

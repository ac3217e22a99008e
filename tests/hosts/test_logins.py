"""Logins against real sshd, one row of login_rows.py a case."""

from __future__ import annotations

import re
import socket
from dataclasses import replace

import pytest
from login_rows import ROWS
from login_site import LoginSite, Types, agent
from remote_support import Machines

from tui_installer.errors import ConnectionFailed, ExitCode
from tui_installer.remote import throttling

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

"""Logins by the command line: keys in an agent, certificates, and a code typed at a terminal."""

from __future__ import annotations

import copy
import os
import pty
import select
import subprocess
import time

import pytest
from login_rows import ROWS, Row
from login_site import LoginSite, agent
from real_programs import get_programs
from remote_support import Machines
from site_under_test import V137, Site

from tui_installer.lab import lab

HOST = "typed01"
SECONDS = 120


@pytest.fixture(scope="module")
def logins(new_lab, tmp_path_factory):
    machines = Machines(new_lab(HOST), tmp_path_factory.mktemp("own") / "known_hosts")
    made = LoginSite.start(machines, HOST, tmp_path_factory.mktemp("keys"))
    made.put("/etc/sudoers.d/ops", "ops ALL=(ALL) NOPASSWD: ALL\n", mode="440")
    return made


@pytest.fixture(scope="module")
def answers(logins):
    """Answers that lack a login."""
    made = lab.answers(logins.machines.lab.folder, [HOST])
    made["cluster"] = {"name": "test"}
    made["kubernetes"] = {"version": V137, "source": get_programs(V137)}
    return made


def site_of(logins, answers, row, home, **ssh):
    login = {
        "user": row.user,
        "port": logins.port(row),
        "identityFiles": [str(logins.keys.path / key) for key in row.keys],
        "agent": row.agent is not None,
    }
    return Site(logins.machines.lab, home, copy.deepcopy(answers) | {"ssh": login | ssh})


def row_named(name: str) -> Row:
    return next(row for row in ROWS if row.name == name)


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("a public key selects the agent's", "ops by agent: SHA256:"),
        ("expired certificate, key authorized", "/expired, sudo"),
        ("certificate of an RSA key", "/rsa-certified-cert.pub (certificate), sudo"),
    ],
)
def test_a_plan_is_made_with_a_login_as_sshs(logins, answers, tmp_path, name, login):
    row = row_named(name)
    site = site_of(logins, answers, row, tmp_path)
    with agent(logins, row) as socket:
        site.env["SSH_AUTH_SOCK"] = socket
        found = site.install("--plan").of("HostFound")[0]
    assert login in found["login"]


def test_a_password_of_a_file_logs_in(logins, answers, tmp_path):
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text(logins.filled("{password}") + "\n")
    row = row_named("password of a file")
    site = site_of(logins, answers, row, tmp_path, password={"file": str(file)})
    assert site.install("--plan").of("HostFound")[0]["login"] == "ops by password, sudo"


def test_a_code_is_typed_at_a_terminal_and_not_shown(logins, answers, tmp_path):
    site = site_of(logins, answers, row_named("second factor"), tmp_path)
    code = logins.filled("{code}")
    prompt = "Verification code (ops, asked by typed01): "
    status, shown = at_terminal(site, prompt, code)
    assert status == 0, shown
    assert code not in shown
    assert shown.count(prompt) == 1


def at_terminal(site, prompt, typed):
    """(exit status, what the terminal showed) of a plan; `typed` answers the prompt."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        site.command("--plan"),
        env=site.environ(),
        preexec_fn=lambda: os.login_tty(theirs),  # noqa: PLW1509 - no threads here
    )
    os.close(theirs)
    shown, until = "", time.monotonic() + SECONDS
    while process.poll() is None or select.select([ours], [], [], 0)[0]:
        assert time.monotonic() < until, shown
        if select.select([ours], [], [], 0.1)[0]:
            try:
                shown += os.read(ours, 4096).decode()
            except OSError:
                break
        if prompt in shown and typed:
            os.write(ours, f"{typed}\n".encode())
            typed = ""
    os.close(ours)
    return process.wait(), shown

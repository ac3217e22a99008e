"""tui-installer audit, by its command line; what hosts say is made up here."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest
from audit_samples import API, Told, good

from tui_installer import cli
from tui_installer.actions import audit as action
from tui_installer.actions.sessions import logins
from tui_installer.engine.audit.evaluate import evaluate
from tui_installer.engine.audit.gather import read
from tui_installer.errors import UsageError
from tui_installer.front.text import audit_text
from tui_installer.front.text.style import Style

if TYPE_CHECKING:
    from pathlib import Path

TWO = "10.0.0.1,admin@10.0.0.2:2222"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """What the hosts say; every host that is logged in to says the next of it."""
    hosts = [good(), good()]

    async def gathered(spec, *_):
        return [read(h.name, t.text()) for h, t in zip(spec.hosts, hosts, strict=False)]

    monkeypatch.setattr(action, "_gathered", gathered)
    return hosts


def test_nothing_wrong_ends_with_0(told, capsys):
    assert cli.run(["audit", "--hosts", TWO]) == 0
    out = capsys.readouterr().out
    assert "✓ pass  1.1.1   API server options file" in out
    assert "✓ ok: 0 fail, 79 pass, 0 not applicable" in out
    assert "10.0.0.1, 10.0.0.2:2222: --profiling=false" in out
    assert "5.1: RBAC objects are in the API" in out


def test_a_failure_ends_with_1_and_says_where_and_how_to_mend(told, capsys):
    told[1].programs[API].flags["profiling"] = "true"
    assert cli.run(["audit", "--hosts", TWO]) == 1
    lines = capsys.readouterr().out.splitlines()
    at = next(n for n, line in enumerate(lines) if "FAIL  1.2.15" in line)
    assert [line.strip() for line in lines[at + 1 : at + 4]] == [
        "10.0.0.2:2222: --profiling=true",
        "10.0.0.1: ✓ pass: --profiling=false",
        "fix: --profiling=false",
    ]
    assert "✗ failed: 1 fail, 78 pass" in lines[-1]


def test_json_has_all_of_it(told, capsys):
    told[0].programs[API].flags["profiling"] = "true"
    assert cli.run(["audit", "--hosts", TWO, "--output", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"pass": 78, "fail": 1, "not applicable": 0}
    (failed,) = [one for one in found["controls"] if one["result"] == "fail"]
    assert failed["number"] == "1.2.15"
    assert failed["hosts"]["10.0.0.1"] == {"result": "fail", "evidence": "--profiling=true"}
    assert {one["numbers"] for one in found["notJudged"]} >= {"4", "5.1"}
    assert found["hosts"]["10.0.0.1"] == list(told[0].programs)


@pytest.mark.parametrize("way", ["--answers", "--resume"])
def test_answers_and_sessions_say_how_to_log_in(way, told, tmp_path, capsys):
    file = tmp_path / "home/state/lab/answers.yaml"
    file.parent.mkdir(parents=True)
    file.parent.chmod(0o700)
    hosts = "[{address: 192.0.2.1, name: alpha}, {address: 192.0.2.2}]"
    file.write_text(f"apiVersion: tui-installer/v1\nhosts: {hosts}\n")
    assert cli.run(["audit", way, str(file) if way == "--answers" else "lab"]) == 0
    assert "alpha, master02: --profiling=false" in capsys.readouterr().out


def test_hosts_without_a_control_plane_are_no_success(told, capsys):
    told[:] = [Told({}), Told({})]
    assert cli.run(["audit", "--hosts", TWO]) == 2
    assert "there is nothing to audit" in capsys.readouterr().err


def test_a_host_that_cannot_be_reached_ends_with_3(tmp_path, capsys):
    file = tmp_path / "answers.yaml"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        host = {"address": "192.0.2.1", "sshAddress": "127.0.0.1"}
        login = {"port": taken.getsockname()[1], "agent": False}
        data = {"apiVersion": "tui-installer/v1", "hosts": [host], "ssh": login}
        file.write_text(json.dumps(data))
        assert cli.run(["audit", "--answers", str(file)]) == 3
    said = capsys.readouterr()
    assert "127.0.0.1" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "hosts", ["", ",", "10.0.0.1:ssh", "10.0.0.1:0", "a b", "@", "-x@10.0.0.1", "127.0.0.1"]
)
def test_hosts_that_make_no_sense_are_refused(hosts, capsys):
    assert cli.run(["audit", f"--hosts={hosts}"]) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.0.0.1", ("10.0.0.1", 22, "root")),
        ("me@10.0.0.1:2222", ("10.0.0.1", 2222, "me")),
        ("2001:db8::1", ("2001:db8::1", 22, "root")),
        ("me@[2001:db8::1]:2222", ("2001:db8::1", 2222, "me")),
    ],
)
def test_addresses_with_users_and_ports(text, wanted, tmp_path):
    (host,) = logins.logins(logins.of_addresses(text), tmp_path).hosts
    assert (host.ssh.address, host.ssh.port, host.ssh.user) == wanted


def test_networks_of_a_cluster_do_not_matter_to_a_login(tmp_path: Path):
    """10.0.0.0/24 is the default network of Services, and of many a site's hosts."""
    spec = logins.logins(logins.of_addresses("10.0.0.1,10.0.0.2"), tmp_path)
    assert [host.address for host in spec.hosts] == ["10.0.0.1", "10.0.0.2"]


def test_a_host_named_twice_is_refused(tmp_path: Path):
    with pytest.raises(UsageError):
        logins.logins(logins.of_addresses("10.0.0.1,10.0.0.1"), tmp_path)


def test_colours_only_where_there_are_colours(told):
    assert "\x1b" not in audit_text.as_text(_audit(), Style(colour=False))
    assert "\x1b[31m" not in audit_text.as_text(_audit(), Style(colour=True))


def _audit():
    return evaluate([read("m", good().text())])

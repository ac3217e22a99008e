"""`tui-installer answers from`: an answers file from a list of hosts."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from ssh_configs import client

from tui_installer import cli
from tui_installer.actions import host_lists
from tui_installer.remote import ssh_config

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = """\
[kube_control_plane]
m1 ansible_host=192.0.2.11 ip=10.3.0.1 etcd_member_name=etcd1
m2 ansible_host=192.0.2.12 ip=10.3.0.2
m3 ansible_host=192.0.2.13 ip=10.3.0.3
[kube_node]
w1 ansible_host=192.0.2.21
[all:vars]
ansible_user=ubuntu
ansible_port=2222
ansible_become_pass=hunter2
"""


def hosts_of(text: str) -> list[dict[str, Any]]:
    data = yaml.safe_load(text)
    assert data["apiVersion"] == "tui-installer/v1"
    found: list[dict[str, Any]] = data["hosts"]
    return found


def test_an_inventory_becomes_answers_that_pass_the_check(tmp_path: Path, capsys) -> None:
    file = tmp_path / "hosts.ini"
    file.write_text(INVENTORY)
    assert cli.run(["answers", "from", str(file)]) == 0
    out, err = capsys.readouterr()
    assert hosts_of(out)[0] == {
        "address": "10.3.0.1", "name": "m1", "sshAddress": "192.0.2.11",
        "ssh": {"user": "ubuntu", "port": 2222},
    }  # fmt: skip
    assert err.splitlines() == [
        f"{file}: read as Ansible inventory (INI): 3 masters, 1 worker left out",
        f"{file}:2: m1: left out: etcd_member_name",
        f"{file}:6: w1: left out: a worker: in [kube_node]",
        f"{file}:7: [all:vars]: variables left out: ansible_become_pass (a secret)",
    ]
    answers = tmp_path / "answers.yaml"
    answers.write_text(out)
    assert cli.run(["--answers", str(answers), "--check"]) == 0


def test_two_masters_are_written_and_said_to_be_too_few(tmp_path: Path, capsys) -> None:
    file = tmp_path / "list"
    file.write_text("192.0.2.11\n192.0.2.12\n")
    assert cli.run(["answers", "from", str(file)]) == 0
    out, err = capsys.readouterr()
    assert len(hosts_of(out)) == 2
    assert "still to do: hosts: want 1, 3 or 5 masters" in err


def test_standard_input_is_read(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"m1 192.0.2.11\nfoo\n")))
    assert cli.run(["answers", "from", "-"]) == 0
    out, err = capsys.readouterr()
    assert hosts_of(out) == [{"address": "192.0.2.11", "name": "m1"}]
    assert "standard input:2: foo: left out: no IP address" in err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "nothing to read"),
        (b"[workers]\nw1 ansible_host=192.0.2.21\n", "w1: left out: a worker"),
        (b"NAMESPACE NAME READY STATUS RESTARTS AGE IP\na b c d e f 10.0.0.1\n", "kubectl get"),
        (b"\x00\xff\xfe\x01", "no masters"),
    ],
)
def test_nothing_that_is_understood_is_an_error_with_its_reason(
    text: bytes, reason: str, tmp_path: Path, capsys
) -> None:
    file = tmp_path / "list"
    file.write_bytes(text)
    assert cli.run(["answers", "from", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert reason in err
    assert "kubectl get nodes -o wide" in err


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, capsys) -> None:
    assert cli.run(["answers", "from", str(tmp_path / "none")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_spreadsheets_utf_16_is_read(tmp_path: Path, capsys) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes("name\tip\nm1\t192.0.2.11\n".encode("utf-16"))
    assert cli.run(["answers", "from", str(file)]) == 0
    assert hosts_of(capsys.readouterr().out) == [{"address": "192.0.2.11", "name": "m1"}]


def test_a_dns_name_becomes_the_address_that_it_has_here(monkeypatch, tmp_path, capsys) -> None:
    monkeypatch.setattr(host_lists, "_addresses", lambda _: ["192.0.2.11"])
    file = tmp_path / "list"
    file.write_text("m1.example.com\n")
    assert cli.run(["answers", "from", str(file)]) == 0
    out, err = capsys.readouterr()
    assert hosts_of(out) == [
        {"address": "192.0.2.11", "name": "m1.example.com", "sshAddress": "m1.example.com"}
    ]
    assert "what m1.example.com resolves to here: check it" in err


CONFIG = """\
Host bastion
    HostName 198.51.100.7
Host master1 master2
    HostName 192.0.2.11 # the first
    ProxyJump bastion
Host master3
    HostName 192.0.2.13
    ProxyCommand ssh -W %h:%p bastion
Host cp-*
    User core
    ProxyJump bastion
Host cp-1
    HostName 192.0.2.21
Host unused
    Port 5
Host two
    HostName 192.0.2.31
    ProxyJump bastion,edge
"""


def test_aliases_are_resolved_by_ssh_and_stay_the_place_that_ssh_connects_to(
    monkeypatch, tmp_path: Path, capsys
) -> None:
    ssh_config.forget()
    monkeypatch.setenv("PATH", client(tmp_path, CONFIG))
    file = tmp_path / "list"
    file.write_text("master1\nmaster3\ncp-1\ncp-2 192.0.2.22\ntwo\n")
    assert cli.run(["answers", "from", str(file)]) == 0
    ssh_config.forget()
    wanted = {"master1": 11, "master3": 13, "cp-1": 21, "cp-2": 22, "two": 31}
    assert hosts_of(capsys.readouterr().out) == [
        {"address": f"192.0.2.{last}", "name": name, "sshAddress": name}
        for name, last in wanted.items()
    ]


def test_a_mistake_in_the_ssh_configuration_is_said(monkeypatch, tmp_path: Path, capsys) -> None:
    ssh_config.forget()
    monkeypatch.setenv("PATH", client(tmp_path, "Host a\n  Port none\n"))
    file = tmp_path / "list"
    file.write_text("master1\n")
    assert cli.run(["answers", "from", str(file)]) == 2
    ssh_config.forget()
    assert "ssh cannot resolve master1" in capsys.readouterr().err

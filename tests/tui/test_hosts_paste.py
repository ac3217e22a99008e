"""Pasted hosts: what is understood, and what is said of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.front.tui.screens.hosts.hosts_paste import understand
from tui_installer.front.tui.screens.hosts.ssh_config import SshConfig

CONFIG = """
Host web*
    User webmaster
Host db1 db2
    HostName 192.0.2.21
    Port 2222
    User ops
    IdentityFile ~/.ssh/db
    ProxyJump bastion
Host bastion
    HostName jump.example.com
    User me
Match host all
    User nobody
Host *
    User fallback
"""


def host(text, config=""):
    [line] = understand(text, SshConfig(config))
    assert line.host is not None, line.problem
    return line.host


def problem(text, config=""):
    [line] = understand(text, SshConfig(config))
    assert line.host is None
    return line.problem


@pytest.mark.parametrize(
    "text", ["m1 192.0.2.11", "192.0.2.11\tm1", "- 192.0.2.11 m1", "m1,192.0.2.11"]
)
def test_name_and_address_in_any_order(text):
    assert host(text) == {"address": "192.0.2.11", "name": "m1"}


@pytest.mark.parametrize(
    "text",
    ["ops@192.0.2.11:2222", "ssh ops@192.0.2.11 -p 2222", "ssh -l ops -p 2222 192.0.2.11",
     "192.0.2.11 ansible_user=ops ansible_port=2222"],
)  # fmt: skip
def test_user_and_port(text):
    assert host(text) == {"address": "192.0.2.11", "ssh": {"user": "ops", "port": 2222}}


def test_ipv6_with_and_without_port():
    assert host("2001:db8::1") == {"address": "2001:db8::1"}
    assert host("root@[2001:db8::1]:22")["ssh"] == {"user": "root", "port": 22}


def test_a_column_of_addresses_with_comments_and_blank_lines():
    lines = understand("# masters\n192.0.2.11\n\n192.0.2.12 \n", SshConfig())
    assert [line.host for line in lines] == [{"address": "192.0.2.11"}, {"address": "192.0.2.12"}]
    assert [line.number for line in lines] == [2, 4]


def test_csv_by_its_header():
    text = 'Port;Address;User;Name\n2222;192.0.2.11;"ops";m1\n;192.0.2.12;;m2'
    first, second = understand(text, SshConfig())
    assert first.host == {
        "address": "192.0.2.11", "name": "m1", "ssh": {"user": "ops", "port": 2222},
    }  # fmt: skip
    assert second.host == {"address": "192.0.2.12", "name": "m2"}


def test_csv_without_a_header_is_read_by_what_the_cells_look_like():
    assert host("m1, 192.0.2.11, ops, 2222, ~/.ssh/id")["ssh"] == {
        "user": "ops", "port": 2222, "identityFiles": ["~/.ssh/id"],
    }  # fmt: skip


def test_an_alias_of_ssh_config_with_its_jump_host():
    assert host("db1", CONFIG) == {
        "address": "192.0.2.21",
        "name": "db1",
        "ssh": {
            "user": "ops",
            "port": 2222,
            "identityFiles": ["~/.ssh/db"],
            "jump": {"address": "jump.example.com", "user": "me"},
        },
    }


def test_an_alias_whose_host_is_a_name_wants_the_address_too():
    assert "no IP address" in problem("bastion", CONFIG)
    assert host("bastion 192.0.2.9", CONFIG) == {
        "address": "192.0.2.9", "name": "bastion", "sshAddress": "jump.example.com",
        "ssh": {"user": "me"},
    }  # fmt: skip


def test_a_pattern_is_no_alias():
    assert "no IP address" in problem("web1", CONFIG)


def test_every_wrong_line_is_told_at_once():
    text = "m1 192.0.2.11\nm_2 192.0.2.12\n127.0.0.1\n192.0.2.13 99999\n192.0.2.11\n1.1.1.1 2.2.2.2"
    lines = understand(text, SshConfig())
    assert [bool(line.host) for line in lines] == [True, False, False, False, False, False]
    for line, part in zip(
        lines[1:], ("underscore", "loopback", "65535", "line 1", "two"), strict=True
    ):
        assert part in line.problem


def test_hosts_that_are_there_are_not_added_again():
    [line] = understand("192.0.2.11", SshConfig(), [{"address": "192.0.2.11"}])
    assert "already" in line.problem


@given(st.text(max_size=300))
def test_any_text_gives_hosts_or_problems(text):
    for line in understand(text, SshConfig(CONFIG)):
        assert bool(line.host) != bool(line.problem)


@given(st.text(max_size=300))
def test_any_ssh_config_is_read(text):
    SshConfig(f"Host a\n{text}").alias("a")

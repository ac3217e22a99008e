"""Names resolved by the real `ssh -G`."""

import getpass
import threading

import pytest
from ssh_configs import CONFIG, client

from tui_installer.errors import UsageError
from tui_installer.remote import ssh_config
from tui_installer.remote.ssh_config import lookup

LAST = "~/.ssh/id_ed25519"


@pytest.fixture(autouse=True)
def fresh():
    ssh_config.forget()
    yield
    ssh_config.forget()


def environ(tmp_path, config: str = CONFIG) -> dict[str, str]:
    return {"PATH": client(tmp_path, config)}


@pytest.mark.parametrize(
    ("name", "hostname", "user", "port", "jumps", "keys"),
    [
        ("bastion", "198.51.100.7", "jump", 2222, (), ("~/.ssh/bastion_key", LAST)),
        ("edge", "198.51.100.8", "fallback", 0, ("bastion",), (LAST,)),
        ("master1", "192.0.2.11", "ubuntu", 0, ("bastion",), ("~/.ssh/my key", LAST)),
        ("master2", "192.0.2.11", "ubuntu", 0, ("bastion",), ("~/.ssh/my key", LAST)),
        ("master3", "192.0.2.13", "fallback", 0, (), (LAST,)),
        ("cp-1", "192.0.2.21", "core", 0, ("bastion",), (LAST,)),
        ("cp-2", "cp-2", "core", 0, ("bastion",), (LAST,)),
        ("two", "192.0.2.31", "fallback", 0, ("bastion", "edge"), (LAST,)),
        ("pj", "192.0.2.33", "fallback", 0, ("ops@[2001:db8::5]:2200",), (LAST,)),
        ("multi", "192.0.2.34", "fallback", 0, (), ("~/.ssh/a", "~/.ssh/b", LAST)),
        ("m36", "192.0.2.36", "eqsign", 2201, (), (LAST,)),
        ("192.0.2.99", "192.0.2.99", "fallback", 0, (), (LAST,)),
    ],
)
async def test_a_name_is_what_ssh_makes_of_it(tmp_path, name, hostname, user, port, jumps, keys):
    found = await lookup(name, environ=environ(tmp_path))
    assert (found.hostname, found.user, found.port, found.jumps) == (hostname, user, port, jumps)
    assert found.values["identityfile"] == keys


async def test_only_names_that_the_configuration_speaks_of_are_named(tmp_path):
    env = environ(tmp_path)
    assert [(await lookup(name, environ=env)).named for name in ("cp-9", "m36", "other")] == [
        True,
        True,
        False,
    ]


async def test_each_value_comes_from_its_line(tmp_path):
    found = await lookup("master1", environ=environ(tmp_path))
    file = tmp_path / "ssh_config"
    assert found.origins["hostname"] == f"{file} line 10"
    assert found.origins["user"] == f"{file} line 11"
    assert found.origins["identityfile"] == f"{file} lines 13 and 41"
    matched = await lookup("192.0.2.36", environ=environ(tmp_path))
    assert matched.origins["user"] == f"{file} line 34"


async def test_a_value_from_an_included_file_names_that_file(tmp_path):
    parts = tmp_path / "conf.d"
    parts.mkdir()
    (parts / "a.conf").write_text("# ours\nPort 2200\nHost other\n  User other\n")
    (parts / "b.conf").write_text("User=second\n")
    config = f"Host x\n  User first\n  Include {parts}/*.conf\nHost *\n  Include {parts}/*.conf\n"
    found = await lookup("y", environ=environ(tmp_path, config))
    assert (found.user, found.origins["user"]) == ("second", f"{parts}/b.conf line 1")
    assert (found.port, found.origins["port"]) == (2200, f"{parts}/a.conf line 2")


async def test_a_user_counts_only_if_the_configuration_names_one(tmp_path):
    local = getpass.getuser()
    env = environ(tmp_path, f"Host said\n  User {local}\nHost silent\n  Port 2200\n")
    assert (await lookup("said", environ=env)).user == local
    assert (await lookup("silent", environ=env)).user == ""
    assert (await lookup("192.0.2.1", environ=env)).user == ""


async def test_what_is_given_wins_and_is_seen_by_match(tmp_path):
    config = "Match user ops\n  IdentityFile ~/.ssh/of-ops\nHost *\n  User other\n  Port 2200\n"
    found = await lookup("x", "ops", 2022, environ(tmp_path, config))
    assert (found.user, found.port) == ("", 0)
    assert found.values["identityfile"] == ("~/.ssh/of-ops",)
    assert "identityfile" not in (await lookup("x", environ=environ(tmp_path, config))).values


async def test_every_option_of_a_login_is_read(tmp_path):
    config = """\
Host x
  CertificateFile ~/.ssh/x-cert.pub
  IdentityAgent ~/agent.sock
  HostKeyAlias master1
  UserKnownHostsFile ~/.ssh/known_x
  GlobalKnownHostsFile /dev/null
  ConnectTimeout 7
  ProxyJump none
  ProxyCommand nc %h %p
"""
    found = await lookup("x", environ=environ(tmp_path, config))
    keywords = ("certificatefile", "hostkeyalias", "connecttimeout")
    assert [found.value(one) for one in keywords] == [
        "~/.ssh/x-cert.pub",
        "master1",
        "7",
    ]
    assert found.value("identityagent").endswith("/agent.sock")
    assert found.value("userknownhostsfile").endswith("/.ssh/known_x")
    assert found.value("globalknownhostsfile") == "/dev/null"
    assert found.jumps == ()


async def test_a_mistake_in_the_configuration_is_an_error_with_its_line(tmp_path):
    with pytest.raises(UsageError) as caught:
        await lookup("x", environ=environ(tmp_path, "Host x\n  Prot 22\n"))
    assert f"{tmp_path}/ssh_config: line 2: Bad configuration option: prot" in str(caught.value)
    assert "config: false" in caught.value.hint


async def test_an_unknown_name_says_nothing(tmp_path):
    found = await lookup("192.0.2.1", environ=environ(tmp_path, ""))
    assert (found.hostname, found.named, dict(found.values)) == ("192.0.2.1", False, {})


async def test_ssh_runs_once_for_a_name_and_outside_the_event_loop(tmp_path, monkeypatch):
    ran: list[bool] = []
    real = ssh_config._read

    def counted(*args):
        ran.append(threading.current_thread() is threading.main_thread())
        return real(*args)

    monkeypatch.setattr(ssh_config, "_read", counted)
    env = environ(tmp_path)
    await lookup("cp-1", environ=env)
    await lookup("cp-1", environ=env)
    assert ran == [False]
    ssh_config.forget()
    await lookup("cp-1", environ=env)
    assert ran == [False, False]


@pytest.mark.parametrize("program", ["", "echo 'Dropbear v2022.83' >&2; exit 1"])
async def test_without_openssh_asyncssh_reads_the_file(tmp_path, monkeypatch, program):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text(
        "Host m\n  HostName 192.0.2.11\n  User u\n  IdentityFile ~/.ssh/a\n  IdentityFile b\n"
        "  ProxyJump x,y\n  IdentitiesOnly yes\n"
    )
    if program:
        (tmp_path / "ssh").write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / "ssh").chmod(0o755)
    found = await lookup("m", environ={"PATH": str(tmp_path)})
    assert (found.hostname, found.user, found.jumps) == ("192.0.2.11", "u", ("x", "y"))
    assert found.values["identityfile"] == ("~/.ssh/a", "b")
    assert found.value("identitiesonly") == "yes"
    assert found.origins["user"].startswith("~/.ssh/config")
    assert found.named

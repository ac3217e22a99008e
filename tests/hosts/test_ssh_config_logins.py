"""Hosts reached as `ssh ALIAS` reaches them: real OpenSSH resolves, real sshd answers."""

from __future__ import annotations

import asyncio
import os
import subprocess
from dataclasses import replace

import pytest
from remote_support import PASSWORD, USERS, Keys, Machines, Person, known_hosts_line
from ssh_configs import client

from tui_installer.actions.host_checks import host_target, probe
from tui_installer.actions.host_checks.host_check import HostCheck
from tui_installer.errors import ConnectionFailed, HostKeyRefused, HostKeyUnknown
from tui_installer.model import login_lines
from tui_installer.model.answers.document import Answers, Host
from tui_installer.remote import ssh_config

BASTION, EDGE, MASTER = "config01", "config02", "config03"


@pytest.fixture(scope="module")
def made(new_lab, tmp_path_factory):
    machines = Machines(new_lab(BASTION, EDGE, MASTER), tmp_path_factory.mktemp("own") / "known")
    for name in (BASTION, EDGE, MASTER):
        machines.sh(name, USERS, PASSWORD)
    return machines


@pytest.fixture
def hosts(made, tmp_path):
    ssh_config.forget()
    yield replace(made, own=tmp_path / "state" / "known_hosts")
    ssh_config.forget()


@pytest.fixture
def keys(hosts, tmp_path):
    """A key pair for each hop, which only that hop takes; the lab's own key is not named."""
    keygen = Keys(tmp_path)
    pairs = {"bastion": keygen("of bastion"), "edge": keygen("edge"), "master": keygen("master")}
    users = {"bastion": (BASTION, "free"), "edge": (EDGE, "outside"), "master": (MASTER, "root")}
    for hop, (name, user) in users.items():
        line = pairs[hop].with_name(pairs[hop].name + ".pub").read_text().strip()
        home = "/root" if user == "root" else f"/home/{user}"
        hosts.sh(
            name, 'cp "$2" "$2.before"; echo "$1" >>"$2"', line, f"{home}/.ssh/authorized_keys"
        )
    yield pairs
    for name, user in users.values():
        file = f"/{'root' if user == 'root' else f'home/{user}'}/.ssh/authorized_keys"
        hosts.sh(name, 'cat "$1.before" >"$1"', file)


@pytest.fixture
def config(hosts, keys, tmp_path, monkeypatch):
    """`ssh master1`: through edge and bastion, each with its own user and key."""
    address = {name: hosts.lab.machine(name).address for name in (BASTION, EDGE, MASTER)}
    known = tmp_path / "known aliases"
    known.write_text(
        known_hosts_line(address[BASTION], hosts.host_key(BASTION, "ed25519"))
        + known_hosts_line(address[EDGE], hosts.host_key(EDGE, "ed25519"))
        + known_hosts_line("the-first", hosts.host_key(MASTER, "ed25519"))
    )
    text = f"""\
Host bastion
  HostName {address[BASTION]}
  User free
  IdentityFile "{keys["bastion"]}"
Host edge
  HostName {address[EDGE]} # behind the bastion
  User=outside
  IdentityFile {keys["edge"]}
  ProxyJump bastion
Host master1
  ProxyJump edge
  HostKeyAlias the-first
Host commanded
  ProxyCommand ssh -W %h:%p bastion
  HostKeyAlias the-first
Host chained
  ProxyJump bastion,edge
  HostKeyAlias the-first
Host broken
  ProxyCommand sh -c 'echo no way there >&2; exit 7'
Host master1 commanded chained broken
  HostName {address[MASTER]}
  User root
  IdentityFile {keys["master"]}
Host *
  IdentitiesOnly yes
  UserKnownHostsFile "{known}"
  GlobalKnownHostsFile /dev/null
  BatchMode yes
"""
    monkeypatch.setenv("PATH", f"{client(tmp_path, text)}:{os.environ['PATH']}")
    return text


def named(hosts, alias):
    """The master, logged in to by an alias of which the answers say nothing else."""
    return hosts.spec(MASTER, address=alias, identity_files=(), config=True)


@pytest.mark.parametrize("alias", ["master1", "chained", "commanded"])
async def test_an_alias_leads_where_ssh_leads(hosts, config, alias):
    by_hand = await asyncio.to_thread(
        subprocess.run,
        ["ssh", alias, "cat /etc/machine-id"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert by_hand.returncode == 0, by_hand.stderr
    async with hosts.connected(named(hosts, alias)) as host:
        done = await host.run("cat /etc/machine-id; id -un")
        assert done.text.splitlines() == [by_hand.stdout.strip(), "root"]
        assert host.login.identity.endswith("/master")


async def test_each_hop_has_its_own_user_and_key(hosts, config):
    async with hosts.connected(named(hosts, "master1")) as host:
        way = login_lines.way(host.spec.ssh)
    address = {name: hosts.lab.machine(name).address for name in (BASTION, EDGE, MASTER)}
    assert way == (
        f"root@{address[MASTER]}:22 through free@{address[BASTION]}:22,outside@{address[EDGE]}:22"
    )


@pytest.mark.parametrize("end", ["close", "lost"])
async def test_a_proxy_command_ends_with_its_connection(hosts, config, end):
    """The whole group of processes: the ssh that the command runs as well."""
    async with hosts.connected(named(hosts, "commanded")) as host:
        group = host._opened.proxy._process.pid
        os.killpg(group, 0)
        if end == "lost":
            os.killpg(group, 9)
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


async def test_a_proxy_command_that_leads_nowhere_says_why(hosts, config):
    with pytest.raises(ConnectionFailed) as caught:
        async with hosts.connected(named(hosts, "broken")):
            pass
    assert "its ProxyCommand gave no SSH connection" in caught.value.message
    assert "no way there" in caught.value.details


async def test_a_proxy_command_gets_none_of_our_variables(hosts, config, tmp_path, monkeypatch):
    monkeypatch.setenv("SUDO_PASSWORD", "kanari7Z")
    out = tmp_path / "environ"
    text = config.replace("sh -c 'echo no way there", f"sh -c 'env >{out}; echo no way there")
    monkeypatch.setenv("PATH", f"{client(tmp_path, text)}:{os.environ['PATH']}")
    with pytest.raises(ConnectionFailed):
        async with hosts.connected(named(hosts, "broken")):
            pass
    assert "PATH=" in out.read_text()
    assert "kanari7Z" not in out.read_text()


async def test_the_host_key_of_each_hop_is_checked(hosts, config, tmp_path):
    known = tmp_path / "known aliases"
    lines = known.read_text().splitlines(keepends=True)
    known.write_text("".join(lines[:1] + lines[2:]))
    with pytest.raises(HostKeyUnknown, match=hosts.lab.machine(EDGE).address):
        async with hosts.connected(named(hosts, "master1")):
            pass
    other = lines[0].split(" ", 1)[1]
    known.write_text("".join(lines[:2]) + f"the-first {other}")
    with pytest.raises(HostKeyRefused, match="differs from the known one"):
        async with hosts.connected(named(hosts, "master1")):
            pass


async def test_an_accepted_key_is_kept_under_its_alias(hosts, config, tmp_path):
    known = tmp_path / "known aliases"
    known.write_text("".join(known.read_text().splitlines(keepends=True)[:2]))
    policy = replace(hosts.policy(), accept_new=True)
    async with hosts.connected(named(hosts, "master1"), policy=policy):
        pass
    assert hosts.own.read_text().startswith("the-first ssh-ed25519 ")
    async with hosts.connected(named(hosts, "master1")) as host:
        assert host.login.host_key == hosts.lab.machine(MASTER).fingerprint


async def test_the_live_check_shows_where_each_value_comes_from(hosts, config, tmp_path):
    address = hosts.lab.machine(MASTER).address
    answers = Answers(hosts=[Host(address=address, ssh_address="master1")])
    check = HostCheck()
    await probe.probe(host_target.target(answers, 0), probe.credentials(Person()), check)
    check.end()
    assert check.passed, check.bad
    lines = login_lines.lines(check.ssh)
    file = tmp_path / "ssh_config"
    number = config.splitlines().index("  User root") + 1
    assert f"user root, from {file} line {number}" in lines
    assert f"jump host edge: user outside, from {file} line 7" not in lines
    hop = hosts.lab.machine(EDGE).address
    assert f"jump host {hop}: user outside, from {file} line 7" in lines


async def test_a_correction_counts_after_checking_again(hosts, config, tmp_path, monkeypatch):
    """The configuration is read once for a process, and again when the user asks for it."""
    address = hosts.lab.machine(MASTER).address
    wanted = host_target.target(Answers(hosts=[Host(address=address, ssh_address="later")]), 0)
    check = HostCheck()
    await probe.probe(wanted, probe.credentials(Person()), check)
    assert "resolved" in check.cells["reach"].evidence[0]
    config = config.replace("Host chained\n", "Host chained later\n")
    config = config.replace("commanded chained broken", "commanded chained broken later")
    await asyncio.to_thread(client, tmp_path, config)
    probe.read_again()
    again = HostCheck()
    await probe.probe(wanted, probe.credentials(Person()), again)
    again.end()
    assert again.passed, again.bad

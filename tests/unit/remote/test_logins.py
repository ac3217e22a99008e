"""Logins settled with the real `ssh -G`: answers over configuration over defaults."""

import getpass
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from ssh_configs import CONFIG, client

from tui_installer.errors import UsageError
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.ssh import HostSsh, Jump, Ssh
from tui_installer.model.check.resolve import build
from tui_installer.remote import ssh_config
from tui_installer.remote.logins import settled

HOME = Path.home()
LAST = HOME / ".ssh/id_ed25519"


@pytest.fixture(autouse=True)
def fresh():
    ssh_config.forget()
    yield
    ssh_config.forget()


@pytest.fixture
def login(tmp_path):
    """The settled login of a host whose sshAddress is the name, with these answers."""

    async def settle(name, config=CONFIG, ssh=None, own=None, **environ):
        host = Host(address="192.0.2.99", ssh_address=name, ssh=own or HostSsh())
        (spec,) = build(Answers(hosts=[host], ssh=ssh or Ssh())).hosts
        env = {"PATH": client(tmp_path, config)} | environ
        return (await settled(spec, env)).ssh

    return settle


def chain(ssh) -> list[str]:
    """Every machine on the way, the nearest to this one last."""
    found = []
    while ssh:
        found.append(f"{ssh.user}@{ssh.address}:{ssh.port}")
        ssh = ssh.jump
    return found


BASTION = "jump@198.51.100.7:2222"


@pytest.mark.parametrize(
    ("name", "machines"),
    [
        ("bastion", [BASTION]),
        ("edge", ["fallback@198.51.100.8:22", BASTION]),
        ("master1", ["ubuntu@192.0.2.11:22", BASTION]),
        ("cp-1", ["core@192.0.2.21:22", BASTION]),
        ("cp-2", ["core@cp-2:22", BASTION]),
        ("two", ["fallback@192.0.2.31:22", "fallback@198.51.100.8:22", BASTION]),
        ("pj", ["fallback@192.0.2.33:22", "ops@2001:db8::5:2200"]),
        ("m36", ["eqsign@192.0.2.36:2201"]),
        ("192.0.2.50", ["fallback@192.0.2.50:22"]),
    ],
)
async def test_a_chain_is_what_ssh_makes_of_it(login, name, machines):
    assert chain(await login(name)) == machines


async def test_each_hop_has_its_own_keys(login):
    made = await login("master1")
    assert made.identity_files == (HOME / ".ssh/my key", LAST)
    assert made.identities_only
    assert made.jump.identity_files == (HOME / ".ssh/bastion_key", LAST)
    assert not made.jump.identities_only


async def test_a_jump_host_of_the_configuration_has_its_own_jump_host(login):
    config = CONFIG.replace("Host cp-1\n", "Host cp-1\n    ProxyJump edge\n")
    config = config.replace("    User core\n    ProxyJump bastion\n", "    User core\n")
    machines = chain(await login("cp-1", config))
    assert machines == ["core@192.0.2.21:22", "fallback@198.51.100.8:22", BASTION]


async def test_proxy_commands_get_their_tokens(login):
    assert (await login("master3")).proxy_command == "ssh -W 192.0.2.13:22 bastion"


async def test_answers_win_over_the_configuration(login):
    ssh = Ssh(user="admin", port=2022, identity_files=["/k"], jump=Jump(address="192.0.2.1"))
    made = await login("master1", ssh=ssh)
    assert chain(made) == ["admin@192.0.2.11:2022", "fallback@192.0.2.1:22"]
    assert made.identity_files == (Path("/k"),)
    assert dict(made.origins).keys() == {"address", "identities_only"}


@pytest.mark.parametrize("own", [HostSsh(user="ops"), HostSsh(port=22)])
async def test_a_host_s_own_answers_win_too(login, own):
    made = await login("m36", own=own)
    assert made.user == (own.user or "eqsign")
    assert made.port == (own.port or 2201)


async def test_no_jump_host_in_the_answers_means_none(login):
    assert chain(await login("master1", own=HostSsh(jump=None))) == ["ubuntu@192.0.2.11:22"]
    made = await login("master3", own=HostSsh(jump=None))
    assert made.proxy_command == ""


async def test_without_a_user_anywhere_it_is_root(login):
    config = "Host x\n  HostName 192.0.2.7\n"
    assert chain(await login("x", config)) == ["root@192.0.2.7:22"]
    local = config + f"  User {getpass.getuser()}\n"
    ssh_config.forget()
    assert chain(await login("x", local)) == [f"{getpass.getuser()}@192.0.2.7:22"]


async def test_match_and_tokens_see_the_default_user(login):
    config = "Match user root\n  IdentityFile ~/.ssh/%r_%h_%n_%p\nHost x\n  HostName 192.0.2.7\n"
    made = await login("x", config)
    assert made.identity_files == (HOME / ".ssh/root_192.0.2.7_x_22",)


async def test_a_jump_host_of_the_configuration_has_the_local_user_as_for_ssh(login):
    config = "Host x\n  HostName 192.0.2.7\n  User ops\n  ProxyJump 192.0.2.8\n"
    assert chain(await login("x", config))[1] == f"{getpass.getuser()}@192.0.2.8:22"


async def test_a_jump_host_of_the_answers_is_looked_up_then_shares_the_hosts_answers(login):
    ssh = Ssh(user="admin", identity_files=["/k"], jump=Jump(address="bastion"))
    made = await login("192.0.2.7", ssh=ssh)
    assert chain(made) == ["admin@192.0.2.7:22", BASTION]
    assert made.jump.identity_files == (HOME / ".ssh/bastion_key", LAST, Path("/k"))
    other = await login("192.0.2.7", "", ssh=ssh)
    assert chain(other)[1] == "admin@bastion:22" or chain(other)[1] == BASTION


async def test_chains_of_the_answers_keep_keys_and_fingerprints_of_each_hop(login):
    print_ = "SHA256:" + "A" * 43
    far = Jump(address="192.0.2.8", user="far", identity_files=["/far"], fingerprint=print_)
    near = Jump(address="192.0.2.9", port=2200, identity_files=["/near"], agent=False)
    far.jump = near
    made = await login("192.0.2.7", "", ssh=Ssh(user="u", jump=far))
    assert chain(made) == ["u@192.0.2.7:22", "far@192.0.2.8:22", "far@192.0.2.9:2200"]
    assert made.jump.identity_files == (Path("/far"),)
    assert made.jump.jump.identity_files == (Path("/near"),)
    assert (made.jump.fingerprint, made.jump.jump.fingerprint) == (print_, "")
    assert (made.jump.use_agent, made.jump.jump.use_agent) == (True, False)


async def test_everything_else_that_ssh_knows_of_a_login(login, tmp_path):
    (tmp_path / "known hosts").touch()
    config = f"""\
Host x
  HostName = %h.example.com
  User="o.neil"
  CertificateFile ~/.ssh/%n-cert.pub
  IdentityAgent ${{AGENTS}}/sock
  HostKeyAlias Real.Name
  UserKnownHostsFile "{tmp_path}/known hosts" ~/.ssh/k_%h
  ConnectTimeout 7
  IdentityFile "${{KEYS}}/a b"
"""
    made = await login("x", config, AGENTS="/agents", KEYS="/keys")
    assert (made.address, made.user) == ("x.example.com", "o.neil")
    assert made.certificate_files == (HOME / ".ssh/x-cert.pub",)
    assert made.identity_files == (Path("/keys/a b"),)
    assert made.host_key_alias == "real.name"
    assert made.connect_timeout == 7
    assert made.known_hosts[:2] == (tmp_path / "known hosts", HOME / ".ssh/k_x.example.com")
    assert Path("/etc/ssh/ssh_known_hosts") in made.known_hosts


@pytest.mark.parametrize(
    ("said", "agent", "used"),
    [
        ("none", "", False),
        ("SSH_AUTH_SOCK", "", True),
        ("$MINE", "/run/mine", True),
        ("/run/sock", "/run/sock", True),
    ],
)
async def test_the_agent_is_the_configured_one(login, said, agent, used):
    made = await login("x", f"Host x\n  IdentityAgent {said}\n", MINE="/run/mine")
    assert (made.identity_agent, made.use_agent) == (agent, used)


async def test_switched_off_the_configuration_is_not_read(login):
    off = await login("192.0.2.36", ssh=Ssh(config=False))
    assert chain(off) == ["root@192.0.2.36:22"]
    assert off.origins == ()
    one = await login("192.0.2.36", own=HostSsh(config=False))
    assert chain(one) == ["root@192.0.2.36:22"]


async def test_a_settled_login_is_not_settled_again(login):
    made = await login("master1")
    again = replace(made, address="bastion")
    (host,) = build(Answers(hosts=[Host(address="192.0.2.1")])).hosts
    assert (await settled(replace(host, ssh=again), {})).ssh is again


async def test_jump_hosts_in_a_circle_are_reported(login):
    config = "Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost c\n  ProxyJump a\n"
    with pytest.raises(UsageError, match="circle: a → b → c → a"):
        await login("a", config)
    ssh_config.forget()
    with pytest.raises(UsageError, match="jumphost loop via a"):
        await login("a", "Host *\n  ProxyJump a\n")


async def test_a_proxy_command_gets_no_value_that_a_shell_would_read(login):
    config = "Host x\n  HostName 192.0.2.1\n  User a;id\n  ProxyCommand nc %h %p # %r\n"
    with pytest.raises(UsageError, match="a shell would read it"):
        await login("x", config)


async def test_aliases_keep_their_case_and_underscores(login):
    config = "Host My_Master\n  HostName Master.Example.COM\n"
    assert (await login("My_Master", config)).address == "master.example.com"


async def test_the_origin_of_each_field_is_known(login, tmp_path):
    origins = dict((await login("master1")).origins)
    file = tmp_path / "ssh_config"
    assert origins["user"] == f"{file} line 11"
    assert origins["jump"] == f"{file} line 12"
    assert origins["address"] == f"{file} line 10"


async def test_canonical_names_and_the_machine_s_own_name_are_tokens(login):
    made = await login("x", "Host x\n  IdentityFile /k/%l_%L_%u_%%\n")
    machine = socket.gethostname()
    parts = (machine, machine.partition(".")[0], getpass.getuser(), "%")
    assert made.identity_files == (Path("/k/" + "_".join(parts)),)

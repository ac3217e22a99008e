"""Host keys and jump hosts, against real sshd."""

from __future__ import annotations

from dataclasses import replace

import pytest
from remote_support import Keys, Machines, known_hosts_line

from tui_installer.errors import ConnectionFailed

ONE, TWO = "keys01", "keys02"


@pytest.fixture(scope="module")
def made(new_lab, tmp_path_factory):
    machines = Machines(new_lab(ONE, TWO), tmp_path_factory.mktemp("own") / "known_hosts")
    for name in (ONE, TWO):
        machines.sh(name, "ssh-keygen -q -A; systemctl reload ssh")
    return machines


@pytest.fixture
def hosts(made, tmp_path):
    return replace(made, own=tmp_path / "state" / "known_hosts")


@pytest.fixture
def keygen(tmp_path):
    return Keys(tmp_path)


def everything(error):
    return "\n".join((error.message, *error.details, error.hint))


async def test_a_jump_host_leads_to_a_host_whose_key_goes_by_its_own_name(hosts, tmp_path):
    spec = hosts.spec(TWO, jump=hosts.spec(ONE).ssh)
    async with hosts.connected(spec) as host:
        done = await host.run('hostname; echo "$SSH_CONNECTION"')
    assert done.text.split()[:2] == [TWO, hosts.lab.machine(ONE).address]
    only_jump = tmp_path / "only_jump"
    only_jump.write_text(known_hosts_line(spec.ssh.jump.address, hosts.host_key(ONE, "ed25519")))
    with pytest.raises(ConnectionFailed, match="is not known") as caught:
        async with hosts.connected(spec, policy=hosts.policy(only_jump)):
            pass
    assert spec.ssh.address in caught.value.message


async def test_a_jump_hosts_own_troubles_are_told_as_its_own(hosts):
    jump = hosts.spec(ONE).ssh
    unknown = replace(jump, fingerprint="SHA256:" + "A" * 43)
    with pytest.raises(ConnectionFailed, match="fingerprint in the answers") as caught:
        async with hosts.connected(hosts.spec(TWO, jump=unknown)):
            pass
    assert f"jump host of {TWO}" in caught.value.message
    assert caught.value.host == TWO
    with pytest.raises(ConnectionFailed, match=f"jump host {jump.address}:22 cannot connect"):
        async with hosts.connected(hosts.spec(TWO, port=1, jump=jump)):
            pass


async def test_a_changed_host_key_is_refused_although_new_ones_are_taken(hosts, tmp_path):
    file = tmp_path / "known"
    file.write_text(known_hosts_line(hosts.spec(ONE).ssh.address, hosts.host_key(TWO, "ed25519")))
    with pytest.raises(ConnectionFailed, match="differs from the known one") as caught:
        async with hosts.connected(hosts.spec(ONE), policy=hosts.policy(file, accept_new=True)):
            pass
    said = everything(caught.value)
    assert f"{file}:1" in said
    assert hosts.lab.machine(ONE).fingerprint in said
    assert hosts.lab.machine(TWO).fingerprint in said


async def test_an_unknown_host_key_is_refused_then_taken_then_remembered(hosts, tmp_path):
    nothing = tmp_path / "nothing"
    with pytest.raises(ConnectionFailed, match="is not known") as caught:
        async with hosts.connected(hosts.spec(ONE), policy=hosts.policy(nothing)):
            pass
    assert hosts.lab.machine(ONE).fingerprint in caught.value.hint
    async with hosts.connected(hosts.spec(ONE), policy=hosts.policy(nothing, accept_new=True)):
        pass
    async with hosts.connected(hosts.spec(ONE), policy=hosts.policy(nothing)):
        pass
    assert len(hosts.own.read_text().splitlines()) == 1
    assert not nothing.exists()


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
async def test_the_answers_may_give_the_fingerprint_of_any_of_a_hosts_keys(hosts, tmp_path, kind):
    key = hosts.host_key(ONE, kind)
    spec = hosts.spec(ONE, fingerprint=key.fingerprint)
    async with hosts.connected(spec, policy=hosts.policy(tmp_path / "nothing")) as host:
        assert host.login.host_key == key.fingerprint


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
async def test_a_host_known_by_another_kind_of_key_is_asked_for_that(hosts, tmp_path, kind):
    file = tmp_path / "known"
    key = hosts.host_key(ONE, kind)
    file.write_text(known_hosts_line(hosts.spec(ONE).ssh.address, key))
    async with hosts.connected(hosts.spec(ONE), policy=hosts.policy(file)) as host:
        assert host.login.host_key == key.fingerprint


async def test_a_fingerprint_that_no_key_of_the_host_has_is_refused(hosts):
    spec = hosts.spec(ONE, fingerprint=hosts.lab.machine(TWO).fingerprint)
    with pytest.raises(ConnectionFailed, match="fingerprint in the answers") as caught:
        async with hosts.connected(spec):
            pass
    assert hosts.lab.machine(ONE).fingerprint in everything(caught.value)


async def test_a_certificate_authority_vouches_for_a_host_and_can_be_revoked(
    hosts, tmp_path, sign_host_key
):
    address = hosts.spec(TWO).ssh.address
    authority = sign_host_key(address)
    file = tmp_path / "known"
    option = "HostCertificate /etc/ssh/ssh_host_ed25519_key-cert.pub"
    with hosts.sshd_option(TWO, option):
        file.write_text(known_hosts_line("10.*", authority, "@cert-authority"))
        async with hosts.connected(hosts.spec(TWO), policy=hosts.policy(file)) as host:
            assert (await host.run("hostname")).text == f"{TWO}\n"
        file.write_text(file.read_text() + known_hosts_line("*", authority, "@revoked"))
        with pytest.raises(ConnectionFailed):
            async with hosts.connected(hosts.spec(TWO), policy=hosts.policy(file)):
                pass
    other = sign_host_key("192.0.2.99")
    with hosts.sshd_option(TWO, option):
        file.write_text(known_hosts_line("10.*", other, "@cert-authority"))
        with pytest.raises(ConnectionFailed, match="host key was not accepted"):
            async with hosts.connected(hosts.spec(TWO), policy=hosts.policy(file)):
                pass


@pytest.fixture
def sign_host_key(hosts, tmp_path, keygen):
    def sign(principal):
        authority, key = keygen(f"ca-{principal}"), tmp_path / "host.pub"
        key.write_text(hosts.sh(TWO, "cat /etc/ssh/ssh_host_ed25519_key.pub"))
        keygen.sign(authority, principal, key)
        certificate = (tmp_path / "host-cert.pub").read_text()
        hosts.sh(TWO, 'echo "$1" >/etc/ssh/ssh_host_ed25519_key-cert.pub', certificate.strip())
        return keygen.public(authority)

    return sign

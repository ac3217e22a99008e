"""Ways to log in and to become root, by the real command line on real hosts."""

from __future__ import annotations

import copy
import shlex
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from site_under_test import Site, assert_verified

HOST, JUMP = "master01", "gate"
PASSWORD = "pass-word that $must `not` leak"
PASSPHRASE = "open sesame, please"
USERS = """
set -eu
for user in asks free stranger; do
    useradd -m -s /bin/bash "$user"
    install -d -m 700 -o "$user" "/home/$user/.ssh"
    install -m 600 -o "$user" /root/.ssh/authorized_keys "/home/$user/.ssh/"
done
chpasswd
printf 'asks ALL=(ALL) ALL\\nfree ALL=(ALL) NOPASSWD: ALL\\n' >/etc/sudoers.d/test
chmod 440 /etc/sudoers.d/test
"""


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(HOST, others=(JUMP,))
    for host in (HOST, JUMP):
        lines = "".join(f"{user}:{PASSWORD}\n" for user in ("asks", "free", "stranger"))
        made.ssh(host, f"sh -c {shlex.quote(USERS)}", stdin=lines.encode())
    return made


@pytest.fixture
def password_file(tmp_path):
    return private(tmp_path / "password", f"{PASSWORD}\n")


def private(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def logging_in(site: Site, **ssh: object) -> Site:
    """The site with other answers under ssh."""
    return site.variant(ssh={**copy.deepcopy(site.answers["ssh"]), **ssh})


def planned(site: Site, *options: str) -> dict:
    """A plan needs a login and root; the facts' event tells how both went."""
    done = site.install("--plan", *options)
    assert done.plan["items"]
    return done.of("HostFound")[0]


def test_root_by_an_identity_file_needs_no_sudo(site):
    assert planned(site)["login"].endswith("id_ed25519, root")


def test_a_user_with_nopasswd_uses_sudo(site):
    login = planned(logging_in(site, user="free"))["login"]
    assert login.startswith("free by ")
    assert login.endswith(", sudo")


def test_sudos_password_comes_from_a_file(site, password_file):
    sudo = {"password": {"file": str(password_file)}}
    login = planned(logging_in(site, user="asks", sudo=sudo))["login"]
    assert login.endswith(", sudo with password")


def test_sudos_password_comes_from_a_variable(site):
    named = logging_in(site, user="asks", sudo={"password": {"env": "MY_SUDO"}})
    named.env["MY_SUDO"] = PASSWORD
    assert planned(named)["login"].endswith(", sudo with password")


def refused(site: Site, **ssh: object) -> str:
    """All that a failed connection tells; the hosts are as before."""
    before = site.snapshot(HOST)
    done = logging_in(site, **ssh).run()
    assert done.code == 3, done.explain()
    assert done.card["host"] == HOST
    assert done.of("StepStarted") == []
    assert site.snapshot(HOST) == before
    return f"{done.card['message']}\n{done.card['details']}\n{done.card['hint']}"


def test_a_wrong_sudo_password_is_refused_once_and_clearly(site, tmp_path):
    wrong = private(tmp_path / "wrong", "not-the-password\n")
    told = refused(site, user="asks", sudo={"password": {"file": str(wrong)}})
    assert "sudo refused the password" in told
    assert f"correct the file {wrong}" in told
    assert "not-the-password" not in told
    attempts = (
        "journalctl --sync; journalctl -t sudo -o cat --no-pager"
        " | grep -o '[0-9]* incorrect password attempts*'"
    )
    assert site.ssh(HOST, attempts) == "1 incorrect password attempt\n"


def test_no_sudo_password_at_all_says_where_one_can_be_named(site):
    told = refused(site, user="asks")
    assert "sudo wants the password of asks" in told
    assert "ssh: {sudo: {password:" in told


def test_a_password_file_that_others_may_read_is_not_used(site, password_file):
    password_file.chmod(0o644)
    told = refused(site, user="asks", sudo={"password": {"file": str(password_file)}})
    assert f"chmod 600 {password_file}" in told


def test_a_user_whom_sudo_does_not_know_is_refused(site, password_file):
    told = refused(site, user="stranger", sudo={"password": {"file": str(password_file)}})
    assert "stranger cannot become root" in told
    assert "sudoers" in told


def test_sudo_switched_off_is_respected(site):
    assert "sudo is switched off" in refused(site, user="free", sudo={"mode": "never"})


def test_a_key_the_host_does_not_know_is_refused_with_what_was_tried(site, tmp_path):
    keygen(tmp_path / "other", "")
    told = refused(site, identityFiles=[str(tmp_path / "other")])
    assert str(tmp_path / "other") in told


def keygen(path: Path, passphrase: str) -> str:
    """Makes a key; returns its public line."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)], check=True
    )
    return path.with_suffix(".pub").read_text()


@pytest.fixture(scope="module")
def locked_key(site, tmp_path_factory):
    """A key with a passphrase that the hosts know, and nobody else's."""
    path = tmp_path_factory.mktemp("keys") / "locked"
    public = keygen(path, PASSPHRASE)
    for host in (HOST, JUMP):
        site.ssh(host, "cat >>/root/.ssh/authorized_keys", stdin=public.encode())
    return path


def test_a_keys_passphrase_comes_from_a_file(site, locked_key, tmp_path):
    passphrase = private(tmp_path / "passphrase", f"{PASSPHRASE}\n")
    opened = logging_in(site, identityFiles=[str(locked_key)], passphrase={"file": str(passphrase)})
    assert str(locked_key) in planned(opened)["login"]


def test_a_wrong_passphrase_is_told_and_nothing_is_changed(site, locked_key, tmp_path):
    wrong = private(tmp_path / "wrong", "not-the-passphrase\n")
    told = refused(site, identityFiles=[str(locked_key)], passphrase={"file": str(wrong)})
    assert str(locked_key) in told
    assert "incorrect passphrase" in told.lower()
    assert "not-the-passphrase" not in told


@contextmanager
def agent_with(key: Path, passphrase: str, folder: Path):
    """An ssh-agent that holds the key; yields its socket."""
    socket = folder / "agent"
    asker = folder / "ask"
    asker.write_text(f"#!/bin/sh\necho {shlex.quote(passphrase)}\n")
    asker.chmod(0o700)
    with subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL
    ) as agent:
        try:
            while not socket.exists():
                assert agent.poll() is None
            ask = {"SSH_ASKPASS": str(asker), "SSH_ASKPASS_REQUIRE": "force"}
            subprocess.run(
                ["ssh-add", "-q", str(key)], env={"SSH_AUTH_SOCK": str(socket), **ask}, check=True
            )
            yield socket
        finally:
            agent.terminate()


def test_the_ssh_agents_keys_are_used(site, locked_key, tmp_path):
    with agent_with(locked_key, PASSPHRASE, tmp_path) as socket:
        by_agent = logging_in(site, identityFiles=[], agent=True)
        by_agent.env["SSH_AUTH_SOCK"] = str(socket)
        assert "agent" in planned(by_agent)["login"]


def test_a_host_is_reached_through_a_jump_host(site):
    gate = site.lab.machine(JUMP)
    jump = {"address": gate.address, "user": "stranger", "fingerprint": gate.fingerprint}
    through = logging_in(site, jump=jump)
    planned(through)
    log = (
        "journalctl --sync; journalctl -u ssh -o cat --no-pager"
        " | grep 'Accepted publickey for root' | tail -n 1"
    )
    last = (
        "journalctl --sync; journalctl -u ssh -o cat --no-pager"
        " | grep 'Accepted publickey' | tail -n 2 | head -n 1"
    )
    assert f"from {gate.address} " in site.ssh(HOST, last)
    assert "Accepted publickey for stranger" in site.ssh(JUMP, log.replace("root", "stranger"))


def test_a_jump_host_with_another_key_is_refused(site):
    gate = site.lab.machine(JUMP)
    jump = {"address": gate.address, "fingerprint": site.lab.machine(HOST).fingerprint}
    told = refused(site, jump=jump)
    assert gate.fingerprint in told
    assert site.lab.machine(HOST).fingerprint in told
    assert "jump host" in told


@contextmanager
def watched_processes(secret: str):
    """Yields a list of processes of this machine, hosts' included, that showed the secret."""
    seen: list[str] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            for proc in Path("/proc").glob("[0-9]*"):
                try:
                    shown = (proc / "cmdline").read_bytes() + (proc / "environ").read_bytes()
                except OSError:
                    continue
                if secret.encode() in shown:
                    seen.append(f"{proc.name}: {shown[:200]!r}")

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def test_a_user_with_sudo_password_behind_a_jump_host_installs_and_leaks_nothing(
    site, password_file
):
    gate = site.lab.machine(JUMP)
    sudo = {"password": {"file": str(password_file)}}
    jump = {"address": gate.address, "user": "free", "fingerprint": gate.fingerprint}
    asking = logging_in(site, user="asks", sudo=sudo, jump=jump)
    with watched_processes(PASSWORD) as seen:
        done = asking.install("--verify")
    assert seen == []
    assert_verified(done, [HOST])
    assert PASSWORD not in done.everything()
    for path in asking.state.rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes(), path
    places = "/opt /etc /root /home /tmp /var /run /srv /usr/local /dev/shm"
    find = f"grep -rlsF -D skip -e {shlex.quote(PASSWORD)} {places} || true"
    assert site.ssh(HOST, find) == ""
    log = "journalctl --sync; journalctl --no-pager -o export | grep -cF"
    assert site.ssh(HOST, f"{log} {shlex.quote(PASSWORD)} || true") == "0\n"
    assert site.ssh(HOST, "find /opt -user asks -o -nouser") == ""
    again = asking.install()
    assert again.changed() == (0, 0)

"""The wizard's live check of a host, against real sshd, sudo and systemd."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from remote_support import PASSWORD, USERS, Machines, Person

from tui_installer.actions.host_checks import host_target, probe
from tui_installer.actions.host_checks.host_check import HostCheck, State
from tui_installer.actions.host_checks.host_pool import HostPool
from tui_installer.actions.sessions import drafts
from tui_installer.errors import AuthenticationFailed
from tui_installer.lab import faults, lab
from tui_installer.store import paths

ONE, TWO = "probe01", "probe02"


@pytest.fixture(scope="module")
def site(new_lab, tmp_path_factory):
    made = new_lab(ONE, TWO)
    machines = Machines(made, tmp_path_factory.mktemp("own") / "known_hosts")
    machines.sh(ONE, USERS, PASSWORD)
    with machines.sshd_option(ONE, "# none"):  # waits until sshd is there again
        return made


def target(site, **host):
    """The first host with its key in the answers, changed by the keywords."""
    data = lab.answers(site.folder, [ONE])
    data["hosts"][0].update(host)
    answers, _ = drafts.judge(data)
    return host_target.target(answers, 0)


async def checked(wanted, person=None):
    check = HostCheck()
    await probe.probe(wanted, probe.credentials(person or Person()), check)
    check.end()
    return check


def states(check):
    return {question: cell.state.value for question, cell in check.cells.items()}


async def test_a_bare_host_passes_every_question(site):
    check = await checked(target(site))
    assert states(check) == dict.fromkeys(check.cells, "ok")
    assert check.passed
    words = {question: cell.word for question, cell in check.cells.items()}
    assert (words["root"], words["ports"], words["runs"]) == ("root", "free", "nothing")
    assert "systemd" in check.cells["system"].evidence[0]


async def test_cells_come_one_after_the_other(site):
    check, seen = HostCheck(), []
    put = HostCheck.put

    class Told(HostCheck):
        def put(self, question, cell):
            seen.append((question, cell.state.value))
            put(self, question, cell)

    told = Told()
    await probe.probe(target(site), probe.credentials(Person()), told)
    order = [question for question, state in seen if state == "ok"]
    assert order == list(check.cells)


async def test_an_unknown_key_is_for_review_and_known_once_it_is_accepted(site):
    wanted = target(site, fingerprint="")
    check = await checked(wanted)
    assert states(check)["reach"] == "ok"
    assert check.cells["key"].state is State.REVIEW
    assert check.new_key.fingerprint == site.machine(ONE).fingerprint
    assert check.cells["login"].state is State.WAITING
    assert not paths.own_known_hosts().exists()
    assert probe.accept([check.new_key]) == ""
    again = await checked(wanted)
    assert again.passed
    assert any(str(paths.own_known_hosts()) in line for line in again.cells["key"].evidence)


async def test_a_changed_key_shows_the_line_and_both_fingerprints(site):
    known, shown = site.machine(TWO).fingerprint, site.machine(ONE).fingerprint
    own = paths.own_known_hosts()
    own.parent.mkdir(parents=True)
    line = site.known_hosts.read_text().splitlines()[1]
    own.write_text("# ours\n" + line.replace(site.machine(TWO).address, site.machine(ONE).address))
    check = await checked(target(site, fingerprint=""))
    cell = check.cells["key"]
    assert (cell.state, cell.word) == (State.BAD, "changed")
    told = "\n".join(cell.evidence)
    assert f"{own}:2" in told
    assert known in told
    assert shown in told
    assert check.new_key is None


async def test_refused_identities_are_listed_in_order(site, tmp_path):
    files = [str(tmp_path / "none"), str(site.key)]
    check = await checked(target(site, ssh={"user": "nobody", "identityFiles": files}))
    cell = check.cells["login"]
    assert cell.state is State.BAD
    tried = [line for line in cell.evidence if line.startswith("/")]
    assert [line.split(":")[0] for line in tried] == files
    assert cell.hint
    assert states(check)["key"] == "ok"


async def test_a_host_that_is_not_there_says_so(site):
    check = await checked(target(site, sshAddress=site.machine(ONE).address, ssh={"port": 9}))
    assert check.cells["reach"].state is State.BAD
    assert check.cells["reach"].hint


async def test_an_address_that_is_not_on_the_host_is_told(site):
    reached = site.machine(ONE).address
    check = await checked(target(site, address="192.0.2.99", sshAddress=reached))
    assert check.cells["reach"].state is State.BAD
    assert "192.0.2.99" in check.cells["reach"].evidence[0]


async def test_a_taken_port_names_its_holder(site):
    wanted = target(site)
    run = "systemd-run --unit=holder --service-type=exec python3 -m http.server 6443"
    machines = Machines(site, paths.own_known_hosts())
    if "python3" not in machines.sh(ONE, "command -v python3 || true"):
        run = "systemd-run --unit=holder systemd-socket-activate --accept -l 6443 cat"
    machines.sh(ONE, run)
    try:
        for _ in range(50):
            check = await checked(wanted)
            if check.cells["ports"].state is State.BAD:
                break
            await asyncio.sleep(0.1)
        assert check.cells["ports"].word == "6443"
        assert "holder.service" in check.cells["ports"].evidence[0]
    finally:
        machines.sh(ONE, "systemctl stop holder.service")


async def test_etcd_data_of_another_cluster_is_shown_with_size_and_age(site):
    machines = Machines(site, paths.own_known_hosts())
    file = "/var/lib/etcd/member/snap/db"
    machines.sh(ONE, f"mkdir -p {file.removesuffix('/db')} && echo old >{file}")
    try:
        machines.sh(ONE, f"touch -d '3 days ago' {file}")
        cell = (await checked(target(site))).cells["runs"]
        assert (cell.state, cell.word) == (State.BAD, "data")
        told = "etcd data in /var/lib/etcd/member (4 B, last written 3 days ago)"
        assert cell.evidence[0] == told
        assert machines.sh(ONE, f"cat {file}").strip() == "old"
    finally:
        machines.sh(ONE, "rm -r /var/lib/etcd")


async def test_a_sudo_password_is_asked_for_once_and_a_wrong_one_again(site):
    wanted = target(site, ssh={"user": "asks"})
    person = Person("wrong", PASSWORD)
    secrets = probe.credentials(person)
    first, second, third = HostCheck(), HostCheck(), HostCheck()
    await probe.probe(wanted, secrets, first)
    assert first.cells["root"].state is State.BAD
    await probe.probe(wanted, secrets, second)
    assert second.cells["root"].word == "sudo+pw"
    await probe.probe(wanted, secrets, third)
    assert third.cells["root"].state is State.OK
    assert len(person.prompts) == 2


async def test_what_the_hosts_shell_and_root_do_is_said_in_the_words_of_a_run(site):
    """A start-up file that prints, one that exits, requiretty, no forwarding: live and headless."""
    machines = Machines(site, paths.own_known_hosts())
    home = "/home/free/.bashrc"
    machines.sh(ONE, f"cp {home} {home}.away; echo 'echo -n \"[prod] \"' >{home}")
    machines.sh(ONE, "echo 'Defaults:free requiretty' >/etc/sudoers.d/tty")
    try:
        with machines.sshd_option(ONE, "AllowTcpForwarding no"):
            wanted = target(site, ssh={"user": "free"})
            check = await checked(wanted)
            assert check.passed, states(check)
            assert check.cells["root"].word == "sudo+pw"
            relays = "perl there relays to the API server"
            assert any(relays in line for line in check.cells["system"].evidence)
            machines.sh(ONE, f"echo 'case $- in *i*) ;; *) exit;; esac' >{home}")
            cell = (await checked(wanted)).cells["root"]
        async with machines.connected(wanted.host, policy=machines.policy()) as host:
            with pytest.raises(AuthenticationFailed, match="exits if the shell is not") as caught:
                await host.run("true")
        assert cell.state is State.BAD
        assert cell.evidence == (caught.value.message, *caught.value.details)
        assert cell.hint == caught.value.hint
    finally:
        machines.sh(ONE, f"mv {home}.away {home}; rm /etc/sudoers.d/tty")


async def test_the_pool_checks_side_by_side_and_ends_what_is_not_wanted(site, monkeypatch):
    # The silent host is not given up while the others are checked, however long that takes.
    monkeypatch.setattr(probe.ssh, "connect", partial(probe.ssh.connect, timeout=300))
    cut = replace(target(site), etcd_data="")
    good = target(site)
    person = Person()
    pool = HostPool(asyncio.create_task, lambda: probe.credentials(person))
    faults.link(site.folder, TWO, up=False)
    try:
        silent = target(site, sshAddress=site.machine(TWO).address, fingerprint="")
        pool.want([good, cut, silent])
        async with asyncio.timeout(120):
            while not (pool.checks[good].passed and pool.checks[cut].passed):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert pool.checks[silent].running
        pool.want([good])
        assert silent not in pool.checks
        assert pool.checks[good].passed
    finally:
        faults.link(site.folder, TWO, up=True)

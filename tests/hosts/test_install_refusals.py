"""What is refused before anything is changed: exit code, the host named, the host as before."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tui_installer.lab import faults

if TYPE_CHECKING:
    from site_under_test import Site

ONE, TWO = "master01", "node02"


@pytest.fixture(scope="module")
def pair(new_site):
    """Two hosts that are never installed onto."""
    made: Site = new_site(ONE, TWO)
    made.answers["etcd"] = {
        "mode": "external",
        "external": {"endpoints": ["https://192.0.2.9:2379"], "files": "hosts"},
    }
    return made


@pytest.fixture(scope="module")
def site(pair):
    """The first of them alone, with stacked etcd."""
    hosts = [host for host in pair.answers["hosts"] if host["name"] == ONE]
    return pair.variant(hosts=hosts, etcd={"mode": "stacked"})


def refused(site: Site, code: int, *options: str) -> str:
    """All that the failure tells; no host is another than before."""
    before = {host: site.snapshot(host) for host in site.hosts}
    done = site.run(*options)
    assert {host: site.snapshot(host) for host in site.hosts} == before
    assert done.code == code, done.explain()
    assert done.of("StepStarted") == []
    assert done.finish["exit_code"] == code
    assert done.changed() == (0, 0)
    assert "Traceback" not in done.stderr
    return "\n".join(
        "\n".join((f"{card['host']}:", card["message"], *card["details"], card["hint"]))
        for card in done.cards
    )


def named(site: Site, host: str, **changes: object) -> Site:
    """The site with other answers for one host."""
    hosts = copy.deepcopy(site.answers["hosts"])
    next(entry for entry in hosts if entry["name"] == host).update(changes)
    return site.variant(hosts=hosts)


def without_fingerprints(site: Site) -> Site:
    hosts = [{k: v for k, v in h.items() if k != "fingerprint"} for h in site.answers["hosts"]]
    return site.variant(hosts=hosts)


def host_key(site: Site, host: str) -> str:
    """``ssh-ed25519 …``."""
    line = site.ssh(host, "cat /etc/ssh/ssh_host_ed25519_key.pub")
    return " ".join(line.split()[:2])


@contextmanager
def known_hosts(site: Site, text: str):
    """What the person's own known_hosts says."""
    file = site.home / "person/.ssh/known_hosts"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    try:
        yield file
    finally:
        file.unlink()


def test_a_host_key_other_than_the_answers_one(pair):
    wrong = pair.lab.machine(ONE).fingerprint
    told = refused(named(pair, TWO, fingerprint=wrong), 3)
    assert f"{TWO}:" in told
    assert wrong in told
    assert pair.lab.machine(TWO).fingerprint in told


def test_a_host_key_other_than_the_known_one_with_file_and_line(pair):
    address = pair.lab.machine(TWO).address
    text = f"# a comment\n{address} {host_key(pair, ONE)}\n"
    with known_hosts(pair, text) as file:
        told = refused(without_fingerprints(pair), 3, "--accept-new-host-keys")
        assert f"{TWO}:" in told
        assert f"{file}:2" in told
        assert pair.lab.machine(ONE).fingerprint in told
        assert pair.lab.machine(TWO).fingerprint in told
        assert "ssh-keygen -R" in told
        assert file.read_text() == text


def test_unknown_host_keys_until_they_are_accepted_and_then_remembered(pair, tmp_path):
    strangers = without_fingerprints(pair).elsewhere(tmp_path)
    told = refused(strangers, 3)
    for host in pair.hosts:
        assert f"fingerprint: {pair.lab.machine(host).fingerprint}" in told
    assert "--accept-new-host-keys" in told
    assert not (tmp_path / "state/known_hosts").exists()
    found = strangers.run("--plan", "--accept-new-host-keys").of("HostFound")
    assert {event["host"] for event in found} == set(pair.hosts)
    remembered = (tmp_path / "state/known_hosts").read_text()
    assert all(host_key(pair, host) in remembered for host in pair.hosts)
    assert {event["host"] for event in strangers.run("--plan").of("HostFound")} == set(pair.hosts)


def test_a_host_that_is_off_is_named_and_the_other_left_alone(pair):
    faults.power_off(pair.lab.folder, TWO)
    try:
        done = pair.run()
        assert done.code == 3
        assert done.card["host"] == TWO
        assert pair.lab.machine(TWO).address in done.card["message"]
        assert done.of("StepStarted") == []
    finally:
        faults.power_on(pair.lab.folder, TWO)


def test_a_host_that_no_packet_reaches_is_given_up_in_seconds(pair):
    faults.link(pair.lab.folder, TWO, up=False)
    try:
        done = pair.run(timeout=60)
        assert done.code == 3
        assert done.card["host"] == TWO
        assert done.finish["seconds"] < 30
    finally:
        faults.link(pair.lab.folder, TWO, up=True)


@contextmanager
def changed(site: Site, on: str, off: str):
    """The host, spoilt by a command and mended by another."""
    site.ssh(ONE, on)
    try:
        yield
    finally:
        site.ssh(ONE, off)


def squatting(port: int) -> str:
    """Takes the port, in a unit of its own."""
    program = f"my $s = IO::Socket::INET->new(LocalPort => {port}, Listen => 1) or die; sleep 600"
    return (
        f"echo '{program}' >/root/squatter.pl;"
        " systemd-run -q --collect --unit=squatter perl -MIO::Socket::INET /root/squatter.pl;"
        f" timeout 20 sh -c 'until ss -Hltn sport = :{port} | grep -q .; do sleep 0.1; done'"
    )


def test_a_port_that_is_taken_with_its_holder(site):
    with changed(site, squatting(10259), "systemctl stop squatter"):
        pid = site.ssh(ONE, "systemctl show -P MainPID squatter").strip()
        told = refused(site, 1)
        assert f"{ONE}: port 10259 is in use by" in told
        assert f"pid {pid}" in told
        assert "squatter.service" in told


@pytest.mark.parametrize("folder", ["/opt", "/opt/kubernetes/bin", "/opt/etcd"])
def test_a_mount_that_forbids_programs(site, folder):
    mount = f"mkdir -p {folder} && mount -t tmpfs -o noexec,size=2g tmpfs {folder}"
    with changed(site, mount, f"umount {folder}; rm -rf /opt; mkdir /opt"):
        told = refused(site, 1)
        assert f"{ONE}: {folder} is mounted noexec" in told


def test_a_mount_that_is_read_only(site):
    mount = "mount -t tmpfs -o ro,size=2g tmpfs /opt"
    with changed(site, mount, "umount /opt"):
        assert "/opt is mounted read-only" in refused(site, 1)


def test_a_disk_that_is_too_small(site):
    with changed(site, "mount -t tmpfs -o size=100m tmpfs /opt", "umount /opt"):
        told = refused(site, 1)
        assert f"{ONE}: /opt has 100 MB free" in told
        assert "MB is needed" in told


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_ten_minutes_off(site, minutes):
    fake = (
        "cat >/usr/sbin/date <<'END'\n#!/bin/sh\n"
        f'[ "$1" = +%s.%N ] && [ $# = 1 ] && exec /bin/date -d "{minutes:+d} minutes" "$@"\n'
        'exec /bin/date "$@"\nEND\nchmod 755 /usr/sbin/date'
    )
    with changed(site, fake, "rm /usr/sbin/date"):
        told = refused(site, 1)
        side = "ahead of" if minutes > 0 else "behind"
        assert f"s {side} this machine's" in told
        assert ONE in told
        assert 598 <= int(told.split("its clock is ")[1].split(" ")[0]) <= 602


def test_an_address_that_is_not_the_hosts(site):
    real = site.lab.machine(ONE).address
    elsewhere = named(site, ONE, address="192.0.2.77", sshAddress=real)
    told = refused(elsewhere, 1)
    assert f"{ONE}: the address 192.0.2.77 is not on this host" in told
    assert real in told


def test_files_of_another_cluster(site):
    put = "mkdir -p /opt/kubernetes/ssl && echo other >/opt/kubernetes/ssl/sa.key"
    with changed(site, put, "rm -r /opt/kubernetes"):
        told = refused(site, 1)
        assert "/opt/kubernetes/ssl/sa.key" in told
        assert ONE in told


def test_all_obstacles_are_told_at_once_by_a_plan_too(site):
    mount = "mount -t tmpfs -o noexec,size=100m tmpfs /opt"
    both = f"{mount}; {squatting(6443)}"
    with changed(site, both, "systemctl stop squatter; umount /opt"):
        told = refused(site, 1)
        before = site.snapshot(ONE)
        plan = site.run("--plan")
        assert plan.code == 1
        assert plan.of("Plan") == []
        assert site.snapshot(ONE) == before
        for part in ("noexec", "MB is needed", "port 6443"):
            assert part in told
            assert part in plan.stderr

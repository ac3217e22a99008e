"""Three masters of which one fails half way: what is told, who stops where, and mending it."""

from __future__ import annotations

import copy

import pytest
from at_upload import at_upload
from cluster_work import asked_all_along
from site_under_test import Site, assert_nothing_to_do, assert_verified

MASTERS = ["master01", "master02", "master03"]
BAD = "master02"


@pytest.fixture(scope="module")
def site(new_site):
    """BAD's /opt is a disk of its own."""
    made: Site = new_site(*MASTERS)
    made.ssh(BAD, "mount -t tmpfs -o size=1g tmpfs /opt")
    return made


def outcomes(done, step: str) -> dict[str, str]:
    return {event["host"]: event["outcome"] for event in done.of("StepFinished", step=step)}


def test_a_disk_that_fills_up_on_one_host(site):
    # 4 MB are left: a part of the program gets there.
    full = "fallocate -l $(($(df --output=avail -B1 /opt | tail -n 1) - 4194304)) /opt/hog"
    at_upload(site, BAD, "etcd", full)
    done = site.run()
    assert done.code == 1, done.explain()
    assert done.card["host"] == BAD
    assert done.card["message"].startswith(f"/opt/etcd/bin/etcd did not arrive on {BAD}: ")
    assert "No space left on device" in f"{done.card['message']} {done.card['details']}"
    assert "free space" in done.card["hint"]
    assert outcomes(done, "etcd-files") == {
        "master01": "ok", BAD: "failed", "master03": "ok"
    }  # fmt: skip
    # The others came as far as the start of etcd, which all hosts do together.
    assert set(outcomes(done, "etcd").values()) == {"stopped"}
    assert set(outcomes(done, "verify").values()) == {"stopped"}
    for host in ("master01", "master03"):
        assert "etcd" in site.ssh(host, "ls /opt/etcd/bin")
        assert site.ssh(host, "systemctl is-active etcd", check=False) == "inactive\n"
    # Whatever has its final name is whole.
    for path, (digest, *_) in site.listed(BAD).items():
        assert site.ssh(BAD, f"sha256sum {path}").startswith(digest)
    assert site.ssh(BAD, "find /opt -name '.*tui-installer*'") == ""


def test_a_port_that_is_taken_after_the_survey(site):
    site.ssh(BAD, "rm /opt/hog")
    at_upload(
        site,
        BAD,
        "kube-apiserver",
        "systemd-run -q --collect --unit=meanwhile perl -MIO::Socket::INET -e 'my $s ="
        ' IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 10259, Listen => 1)'
        " or die; sleep 600'\nuntil ss -Hltn sport = :10259 | grep -q .; do sleep 0.05; done\n",
    )
    done = site.run()
    assert done.code == 1, done.explain()
    assert done.card["host"] == BAD
    assert done.card["step"] == "verify"
    (verify,) = done.of("StepFinished", step="verify")
    assert verify["seconds"] < 60
    pid = site.ssh(BAD, "systemctl show -P MainPID meanwhile").strip()
    assert "kube-scheduler.service does not run on master02" in done.card["message"]
    assert f"port 10259 is in use by perl (pid {pid})" in done.card["message"]
    details = "\n".join(done.card["details"])
    assert "Result=exit-code" in details
    assert "address already in use" in details
    assert done.card["hint"].startswith(f"on {BAD}: ")
    assert "ss -Hltnp" in done.card["hint"]
    for host in ("master01", "master03"):
        assert site.ssh(host, "systemctl is-active kube-scheduler") == "active\n"


def test_after_mending_the_same_command_finishes(site):
    site.ssh(BAD, "systemctl stop meanwhile")
    assert_verified(site.install("--verify"), MASTERS)
    assert_nothing_to_do(site)


def test_a_flag_that_stops_the_program_stops_the_rolling_restart_at_the_first_host(site):
    kubernetes = copy.deepcopy(site.answers["kubernetes"])
    kubernetes["extraArgs"] = {"apiserver": {"watch-cache-sizes": "not-a-size"}}
    before = site.running("kube-apiserver")
    with asked_all_along(site, [host["address"] for host in site.answers["hosts"]]) as gaps:
        done = site.variant(kubernetes=kubernetes).run()
        after = site.running("kube-apiserver")
    assert done.code == 1, done.explain()
    assert gaps == [], "the others serve on"
    fallen = [
        host
        for host, _ in before
        if after[host, "kube-apiserver"] != before[host, "kube-apiserver"]
    ]
    assert len(fallen) == 1
    assert done.card["host"] == fallen[0]
    assert "not-a-size" in f"{done.card}"
    assert sorted(outcomes(done, "apiserver").values()) == ["failed", "stopped", "stopped"]


def test_with_the_flag_taken_back_all_is_well_again(site):
    assert_verified(site.install("--verify"), MASTERS)
    assert_nothing_to_do(site)

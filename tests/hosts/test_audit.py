"""The audit on real hosts: a default install, somebody else's weak cluster, and hosts that lie."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
import strange_cluster
from audit_commands import assert_nothing_fails, audit, controls, evidence
from site_under_test import UNITS, Site

from tui_installer.lab import lab

if TYPE_CHECKING:
    from collections.abc import Callable

HOST, STRANGE = "master01", "strange"
FINE = {
    "1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.7", "1.1.8", "1.2.22", "1.2.27", "2.7", "3.2.1",
    "own.2",
}  # fmt: skip
"""What the strange cluster does not fail: no file starts three of its programs, and there is no
client's CA to compare etcd's with; the others it cannot run without."""


@pytest.fixture(scope="module")
def site(new_site: Callable[..., Site]) -> Site:
    made = new_site(HOST, others=(STRANGE,))
    made.install()
    strange_cluster.make(made, STRANGE, HOST)
    return made


@pytest.fixture(scope="module")
def stranger(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The same lab by answers that name the other host alone."""
    answers = {**site.answers, "hosts": lab.answers(site.lab.folder, [STRANGE])["hosts"]}
    return Site(site.lab, tmp_path_factory.mktemp("stranger"), answers)


def test_an_audit_sees_what_runs_and_changes_nothing(site):
    before = site.snapshot(HOST)
    done = audit(site, "--output", "json")
    found = controls(done)
    assert sorted(json.loads(done.stdout)["hosts"][HOST]) == sorted(UNITS)
    assert found["1.2.7"]["result"] == "pass"
    assert evidence(found["1.4.2"], HOST) == "--bind-address=127.0.0.1"
    assert found["2.7"]["result"] == "pass"
    assert site.snapshot(HOST) == before


def test_a_fresh_default_install_fails_nothing(site):
    assert_nothing_fails(site)


def test_every_weakness_of_somebody_elses_cluster_is_found(stranger):
    done = audit(stranger, "--output", "json")
    assert done.returncode == 1, done.stderr
    found = controls(done)
    assert {n for n, one in found.items() if one["result"] != "fail"} == FINE
    for number, told in {
        "1.1.5": "/etc/systemd/system/odd.service 0666 root:root",
        "1.1.11": "data 0755 root:root",
        "1.1.13": "/etc/kubernetes/admin.conf 0644 nobody:root",
        "1.1.19": "tls/any.key 0644 nobody:root",
        "1.1.20": "tls 0777",
        "1.2.6": "--authorization-mode=AlwaysAllow",
        "1.2.28": "Secrets are written by identity",
        "1.4.1": "--profiling=true",
        "2.3": "--auto-tls=true",
        "3.2.2": "get secrets is logged with its content (RequestResponse)",
        "own.1": "kube-scheduler runs as root",
    }.items():
        assert told in evidence(found[number], STRANGE), number
    for secret in strange_cluster.SECRETS:
        assert secret not in done.stdout + done.stderr


def test_two_hosts_by_their_addresses_alone(site, stranger, tmp_path):
    other = site.elsewhere(tmp_path)
    keys = tmp_path / "person/.ssh"
    keys.mkdir(parents=True)
    (identity,) = site.answers["ssh"]["identityFiles"]
    shutil.copy(identity, keys / "id_ed25519")
    places = [one.answers["hosts"][0]["address"] for one in (site, stranger)]
    hosts = f"root@{places[0]}:22,{places[1]}"
    unknown = audit(other, "--hosts", hosts)
    assert unknown.returncode == 3
    done = audit(other, "--hosts", hosts, "--accept-new-host-keys")
    assert done.returncode == 1, done.stderr
    assert f"{places[1]}: --authorization-mode=AlwaysAllow" in done.stdout
    assert f"{places[0]}: ✓ pass: --authorization-mode=Node,RBAC" in done.stdout


@pytest.mark.parametrize(
    ("program", "script", "told"),
    [
        ("base64", "echo garbage; echo", "could not be read"),
        ("stat", r"printf '999\t\033]0;owned\007\tx\ty\n'", "could not be read"),
        ("uname", "head -c 40000000 /dev/zero | tr '\\0' x", "sent more than 16 MiB"),
    ],
    ids=["garbage", "escapes", "huge"],
)
def test_a_host_that_lies_is_a_connection_error(program, script, told, stranger):
    liar = f"/usr/sbin/{program}"
    stranger.ssh(STRANGE, f"cat >{liar}; chmod +x {liar}", stdin=f"#!/bin/sh\n{script}\n".encode())
    try:
        done = audit(stranger)
    finally:
        stranger.ssh(STRANGE, f"rm {liar}")
    assert done.returncode == 3, done.stdout + done.stderr
    assert told in done.stderr
    assert done.stdout == ""
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr

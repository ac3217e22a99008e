"""A master in front of an etcd that was there before, as in the tutorial: TLS, three members."""

from __future__ import annotations

import copy

import external_etcd
import pytest
from cluster_work import bootstrap_token, kubelet_csr
from encryption_commands import rotate
from session_commands import recover
from site_under_test import Site, assert_nothing_to_do, assert_verified

MEMBERS = ("master01", "node01", "node02")
KEY = "/opt/etcd/ssl/server-key.pem"


@pytest.fixture(scope="module")
def site(new_site, tmp_path_factory):
    made: Site = new_site("master01", others=("node01", "node02"))
    folder = tmp_path_factory.mktemp("etcd") / "ssl"
    made.answers["etcd"] = {
        "mode": "external",
        "external": {"endpoints": external_etcd.build(made, MEMBERS, folder), "files": "hosts"},
    }
    made.folder = folder
    return made


def etcd_files(site):
    return site.ssh(
        "master01",
        "find /opt/etcd /etc/systemd/system/etcd.service -type f -exec sha256sum {} + | sort",
    )


def etcd_values(site, of, through):
    """Values of Secrets as they lie in etcd. of: the name."""
    address = site.lab.machine("node01").address
    return site.ssh(
        "node01",
        f"/opt/etcd/bin/etcdctl --endpoints=https://{address}:2379 --cacert=/opt/etcd/ssl/ca.pem "
        "--cert=/opt/etcd/ssl/server.pem --key=/opt/etcd/ssl/server-key.pem "
        f"get /registry/secrets/{of} --print-value-only | {through}",
    )


def test_files_on_the_master_that_the_api_servers_user_cannot_read_are_told(site):
    before = site.snapshot("master01")
    done = site.run()
    assert done.code == 1
    (line,) = [line for line in done.card["details"] if KEY in line]
    assert "0600 root:root: the API server's user kube-apiserver" in line
    assert "or set security.services to root" in line
    assert site.snapshot("master01") == before
    # As it says; the certificates are not secret.
    group = "kube-apiserver"
    site.ssh("master01", f"groupadd -rf {group} && chgrp {group} {KEY} && chmod g+r {KEY}")
    site.ssh("master01", "chmod 644 /opt/etcd/ssl/ca.pem /opt/etcd/ssl/server.pem")


def test_with_files_on_the_master_it_is_verified_and_leaves_etcd_alone(site):
    before = etcd_files(site)
    started = site.ssh("master01", "systemctl show -p ExecMainStartTimestamp etcd")
    assert_verified(site.install(), ["master01"])
    assert etcd_files(site) == before
    assert site.ssh("master01", "systemctl show -p ExecMainStartTimestamp etcd") == started
    assert_nothing_to_do(site)


def test_a_node_joins_and_etcd_holds_secrets_only_encrypted(site):
    token = bootstrap_token(site)
    assert kubelet_csr(site, "worker-1", token).startswith(b"-----BEGIN CERT")
    name = f"bootstrap-token-{token.partition('.')[0]}"
    kept = etcd_values(site, f"kube-system/{name}", "head -c 21")
    assert kept == "k8s:enc:secretbox:v1:"


def test_the_key_of_secrets_is_rotated_without_a_look_into_that_etcd(site):
    for number in range(20):
        site.kubectl("create", "secret", "generic", f"s{number}", f"--from-literal=v={number}")
    done = rotate(site)
    assert done.code == 0, done.explain()
    (rewritten,) = done.of("StepFinished", step="rewrite")
    assert rewritten["reason"] == "21 of 21 Secrets written with key2"
    values = etcd_values(site, " --prefix", "grep -ao 'k8s:enc:[a-z0-9:]*:key[0-9]*:'")
    assert values.split() == ["k8s:enc:secretbox:v1:key2:"] * 21
    assert_nothing_to_do(site)


def test_a_lost_session_is_made_anew_with_the_external_etcd(site, tmp_path):
    made = recover(site, tmp_path)
    assert (made.pki / "encryption.key").read_bytes() == (site.pki / "encryption.key").read_bytes()
    assert made.install().finish["restarts"] == 0
    assert_nothing_to_do(made)


def test_a_file_that_is_not_on_the_master_is_named_before_anything_changes(site):
    other = Site(site.lab, site.home, copy.deepcopy(site.answers))
    other.answers["etcd"]["external"]["cert"] = "/opt/etcd/ssl/absent.pem"
    outcome = other.run()
    assert outcome.code == 1
    told = outcome.of("Failed")[0]["details"]
    (line,) = told
    assert line.startswith(
        "master01: /opt/etcd/ssl/absent.pem does not exist; etcd.external expects"
    )


def test_with_files_of_the_operator_they_are_sent_and_it_is_verified(site):
    other = Site(site.lab, site.home, copy.deepcopy(site.answers))
    external = other.answers["etcd"]["external"]
    external["files"] = "here"
    for key, file in (("ca", "ca.pem"), ("cert", "server.pem"), ("key", "server-key.pem")):
        external[key] = str(site.folder / file)
    before = etcd_files(site)
    outcome = other.run("--verify")
    assert outcome.code == 0, outcome.explain()
    assert etcd_files(site) == before
    mode = site.ssh("master01", "stat -c %a /opt/kubernetes/ssl/etcd-client-key.pem")
    assert mode.strip() == "600"

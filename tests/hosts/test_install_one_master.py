"""One master of another version, with nearly every answer other than its default."""

from __future__ import annotations

import json
import subprocess

import pytest
from cluster_work import bootstrap_token, kubelet_csr, whoami
from engine_samples import Log
from site_under_test import V136, Site, assert_nothing_to_do, assert_verified
from small_operation import surveyed

from tui_installer.engine.cluster.object_step import ObjectStep
from tui_installer.engine.core.wants import Absent, ObjectWant, Wants
from tui_installer.engine.operations.install.pipeline import PIPELINE
from tui_installer.lab.state import Paths
from tui_installer.model.run.events import CLUSTER
from tui_installer.model.run.facts import ObjectKey
from tui_installer.store.answers_file import resolve_file

pytestmark = pytest.mark.usefixtures("installed")  # every test stands on it
HOST = "cp-1"
ENDPOINT = "k8s.example.com"
NASTY = """a "b" 'c' $HOME ${x} %n %% \\t \\ `id` ; # é"""
"""As the value of a flag: every character that systemd, a shell or an options file could eat."""


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(HOST, version=V136)
    made.answers["cluster"] |= {
        "endpoint": f"{ENDPOINT}:6443",
        "serviceCIDR": "172.30.0.0/20",
        "podCIDR": "172.20.0.0/16",
        "domain": "corp.internal",
        "nodePortRange": "20000-22767",
    }
    made.answers["kubernetes"]["extraArgs"] = {
        "apiserver": {"audit-log-maxage": 3, "service-account-issuer": NASTY},
        "controllerManager": {"node-monitor-grace-period": "41s"},
        "scheduler": {"v": 1},
    }
    made.answers["token"] = {"mode": "both", "ttl": "2h"}
    made.answers["certificates"] = {"keyType": "rsa-2048", "leafLifetime": "90d"}
    made.answers["layout"] = {"kubernetes": "/srv/k8s", "etcd": "/srv/etcd"}
    made.answers["etcd"] = {"dataDir": "/srv/etcd-data"}
    return made


def manifest(key):
    """What names an object."""
    meta = {"name": key.name, **({"namespace": key.namespace} if key.namespace else {})}
    return {"apiVersion": key.api_version, "kind": key.kind, "metadata": meta}


def openssl(*args):
    return subprocess.run(["openssl", *args], capture_output=True, text=True, check=True).stdout


def test_it_is_verified_and_a_second_run_has_nothing_to_do(site, installed):
    assert_verified(installed, [HOST])
    assert installed.events[0]["version"] == V136
    assert_nothing_to_do(site)


def test_the_programs_are_of_the_version_that_was_asked_for(site):
    assert site.ssh(HOST, "/srv/k8s/bin/kube-apiserver --version") == f"Kubernetes {V136}\n"
    assert "etcd Version: 3.6.16" in site.ssh(HOST, "/srv/etcd/bin/etcd --version")
    version = json.loads(site.kubectl("get", "--raw", "/version"))
    assert version["gitVersion"] == V136


def test_everything_lies_in_the_folders_that_were_asked_for(site):
    assert site.ssh(HOST, "ls -A /opt") == ""
    assert site.ssh(HOST, "ls /srv").split() == ["etcd", "etcd-data", "k8s"]
    assert site.ssh(HOST, "ls -d /var/lib/etcd", check=False) == ""
    assert site.ssh(HOST, "ls /srv/etcd-data").split() == ["member"]


def test_the_certificate_has_the_endpoint_and_the_first_service_address(site):
    text = openssl("x509", "-noout", "-text", "-in", str(site.pki / HOST / "server.pem"))
    address = site.answers["hosts"][0]["address"]
    for san in ("IP Address:172.30.0.1", "IP Address:127.0.0.1", f"IP Address:{address}"):
        assert san in text
    for name in (ENDPOINT, HOST, "kubernetes.default.svc.corp.internal", "kubernetes"):
        assert f"DNS:{name}" in text
    assert "Public-Key: (2048 bit)" in text
    assert "10.0.0.1" not in text
    service = site.kubectl("get", "svc", "kubernetes", "-o", "json")
    assert json.loads(service)["spec"]["clusterIP"] == "172.30.0.1"


def test_every_key_is_of_the_type_that_was_asked_for(site):
    keys = [*site.pki.rglob("*-key.pem"), site.pki / "sa.key"]
    assert len(keys) > 12
    for key in keys:
        assert "2048 bit" in openssl("pkey", "-noout", "-text", "-in", str(key)).splitlines()[0]


def test_the_kubeconfig_points_at_the_endpoint(site):
    kubeconfig = (site.state / "admin.kubeconfig").read_text()
    assert f"server: https://{ENDPOINT}:6443" in kubeconfig


def test_flags_arrive_in_the_program_letter_by_letter(site):
    running = {}
    for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler"):
        line = site.ssh(HOST, f"cat /proc/$(systemctl show -P MainPID {name})/cmdline")
        running[name] = line.split("\0")
    assert f"--service-account-issuer={NASTY}" in running["kube-apiserver"]
    assert "--audit-log-maxage=3" in running["kube-apiserver"]
    assert "--service-node-port-range=20000-22767" in running["kube-apiserver"]
    assert "--node-monitor-grace-period=41s" in running["kube-controller-manager"]
    assert "--v=1" in running["kube-scheduler"]


def test_both_tokens_are_accepted_and_bring_a_node_its_certificate(site):
    csv = (site.pki / "csv.token").read_text().strip()
    assert len(csv) == 32
    assert int(csv, 16)
    line = site.ssh(HOST, "cat /srv/k8s/cfg/token.csv")
    assert line == f'{csv},kubelet-bootstrap,10001,"system:kubelet-bootstrap"\n'
    assert site.ssh(HOST, "stat -c %a /srv/k8s/cfg/token.csv") == "600\n"
    assert whoami(site, csv)["username"] == "kubelet-bootstrap"
    assert b"BEGIN CERTIFICATE" in kubelet_csr(site, "one", bootstrap_token(site))


def test_a_node_with_the_tutorials_token_may_ask_for_its_certificate(site):
    csv = (site.pki / "csv.token").read_text().strip()
    assert b"BEGIN CERTIFICATE" in kubelet_csr(site, "two", csv)


def test_the_csv_token_is_told_to_nobody(site, installed):
    csv = (site.pki / "csv.token").read_text().strip()
    journal = (site.state / "journal.jsonl").read_text()
    assert csv not in installed.everything() + journal
    root = Paths(site.lab.folder).root(HOST)
    assert csv not in (root / "srv/k8s/cfg/kube-apiserver").read_text()
    assert csv not in site.install("--plan").everything()


PRIORITY = ObjectKey("scheduling.k8s.io/v1", "PriorityClass", "", "tests-first")
CONFIG = ObjectKey("v1", "ConfigMap", "default", "tests-config")
QUOTA = ObjectKey("v1", "ResourceQuota", "default", "tests-quota")
OBJECTS = Wants(
    objects=tuple(
        ObjectWant({**body, **manifest(key)})
        for key, body in (
            (PRIORITY, {"value": 7}),
            (CONFIG, {"data": {"a": "one"}}),
            (QUOTA, {"spec": {"hard": {"pods": "50"}}}),
        )
    )
)
NO_OBJECTS = Wants(absent=Absent(objects=(PRIORITY, CONFIG, QUOTA)))


async def bring(site, wants):
    """(what changed, what was left)"""
    step, spec = ObjectStep("objects", "Objects", lambda _: wants), resolve_file(site.file)
    known = site.lab.known_hosts
    async with surveyed(step, spec, site.state, known, Log(), *PIPELINE) as (run, plan):
        (item,) = plan.items
        assert await step.run(run, CLUSTER) == item
        return [[f"{c.verb} {c.target}" for c in found] for found in (item.changes, item.left)]


async def test_objects_of_any_kind_are_applied_then_absent_and_others_are_left(site):
    names = ["PriorityClass tests-first", "ConfigMap default/tests-config",
             "ResourceQuota default/tests-quota"]  # fmt: skip
    assert await bring(site, OBJECTS) == [[f"apply {name}" for name in names], []]
    assert await bring(site, OBJECTS) == [[], []]
    found = site.kubectl("get", "priorityclass,configmap,quota", "-o", "name")
    assert {"priorityclass.scheduling.k8s.io/tests-first", "configmap/tests-config",
            "resourcequota/tests-quota"} < set(found.split())  # fmt: skip
    site.kubectl("delete", "configmap", "tests-config")
    site.kubectl("create", "configmap", "tests-config")
    assert await bring(site, NO_OBJECTS) == [
        [f"delete {names[0]}", f"delete {names[2]}"],
        [f"leave {names[1]}"],
    ]
    assert await bring(site, NO_OBJECTS) == [[], [f"leave {names[1]}"]]
    found = site.kubectl("get", "priorityclass,configmap,quota", "-o", "name")
    assert [name for name in found.split() if "tests-" in name] == ["configmap/tests-config"]

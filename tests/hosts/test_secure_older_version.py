"""Three masters of an older version with default security: closed, and at work all the same."""

from __future__ import annotations

import json
import subprocess

import pytest
from audit_commands import assert_nothing_fails
from cluster_objects import DRY_PODS, pod
from cluster_work import CSRS, accept, asked, bootstrap_token, reviewed
from encryption_commands import assert_rotated, rotate, secrets, session_keys, status
from kubelet import LINE, Kubelet, serving
from site_under_test import COMPONENTS, V136, Site, assert_nothing_to_do, assert_verified

pytestmark = pytest.mark.usefixtures("installed")  # every test stands on it
MASTERS = ["master01", "master02", "master03"]
NODE = "worker01"
CONFIGMAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(*MASTERS, version=V136)
    return made


@pytest.fixture(scope="module")
def kubelet(site, installed, tmp_path_factory):
    made = Kubelet(site, NODE, tmp_path_factory.mktemp("kubelet"))
    made.join()
    return made


def addresses(site):
    return [host["address"] for host in site.answers["hosts"]]


def test_it_is_verified_and_of_the_version_that_was_asked_for(site, installed):
    assert_verified(installed, MASTERS)
    asked_for = {f"Kubernetes {V136}\n"}
    for host in MASTERS:
        told = {site.ssh(host, f"/opt/kubernetes/bin/{name} --version") for name in COMPONENTS}
        assert told == asked_for


def test_no_control_fails_on_any_master(site):
    assert_nothing_fails(site)


def test_nobody_is_answered_without_credentials(site):
    assert asked(site, "/version", known=False)[0] == 401


def test_the_bootstrap_token_joins_a_node_and_opens_nothing_else(site, kubelet):
    assert kubelet.pair("client").read_bytes().startswith(b"-----BEGIN CERT")
    token = bootstrap_token(site)
    assert accept(site, "GET", f"{CSRS}/node-{NODE}", token)[0] == 200
    assert accept(site, "GET", "/api/v1/secrets", token)[0] == 403


def test_logs_come_from_a_kubelet_of_the_cluster_and_from_no_other(site, kubelet):
    with serving(kubelet, "serving") as port:
        kubelet.register(port)
        assert [kubelet.logs(address) for address in addresses(site)] == [LINE] * len(MASTERS)
        assert set(kubelet.callers) == {"kube-apiserver-kubelet-client"}
    impostor(kubelet)
    with serving(kubelet, "foreign", port):
        kubelet.callers.clear()
        for address in addresses(site):
            with pytest.raises(AssertionError, match="signed by unknown authority"):
                kubelet.logs(address)
    assert kubelet.callers == []


def impostor(kubelet):
    """A certificate for the kubelet's address that the cluster did not issue."""
    file, key = kubelet.pair("foreign"), kubelet.pair("foreign-key")
    argv = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    told = ["-nodes", "-subj", "/CN=x", "-addext", f"subjectAltName=IP:{kubelet.address}"]
    subprocess.run([*argv, *told, "-keyout", key, "-out", file], check=True, capture_output=True)
    file.write_text(file.read_text() + key.read_text())


def test_a_service_account_may_do_what_its_role_says_and_no_more(site):
    site.kubectl("create", "serviceaccount", "reader")
    site.kubectl("create", "role", "reader", "--verb=get,list", "--resource=configmaps")
    site.kubectl("create", "rolebinding", "r", "--role=reader", "--serviceaccount=default:reader")
    token = site.kubectl("create", "token", "reader").strip()
    assert reviewed(site, token) == "system:serviceaccount:default:reader"
    assert accept(site, "GET", CONFIGMAPS, token)[0] == 200
    for path in ("/api/v1/namespaces/default/secrets", "/api/v1/configmaps"):
        assert accept(site, "GET", path, token)[0] == 403


def test_pods_that_ask_for_too_much_are_refused(site):
    code, text, _ = asked(site, DRY_PODS.format("default"), pod(hostNetwork=True))
    assert code == 403
    assert 'violates PodSecurity "baseline:latest"' in json.loads(text)["message"]
    code, text, warning = asked(site, DRY_PODS.format("default"), pod())
    assert code == 201
    assert 'would violate PodSecurity \\"restricted:latest\\"' in warning
    assert json.loads(text)["spec"]["containers"][0]["imagePullPolicy"] == "Always"


def test_the_key_of_secrets_is_rotated_and_everything_holds_afterwards(site):
    site.kubectl("create", "secret", "generic", "kept", "--from-literal=a=b")
    before, (former,) = secrets(site), session_keys(site)
    assert status(site)["keys"] == ["key1"]
    done = rotate(site)
    assert done.code == 0, done.explain()
    assert_rotated(site, "key2", former, before)
    assert_verified(site.install("--verify"), MASTERS)
    assert_nothing_fails(site)
    assert_nothing_to_do(site)

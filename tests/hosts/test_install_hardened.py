"""One master, closed by default: what is refused, what is logged, and each toggle off again."""

from __future__ import annotations

import json

import pytest
from cluster_objects import DRY_PODS, pod
from cluster_work import asked, etcdctl
from site_under_test import Site, assert_nothing_to_do, assert_verified

pytestmark = pytest.mark.usefixtures("installed")  # every test stands on it
HOST = "master01"
LOG = "/var/log/kubernetes/audit.log"
VALUE = "plain-text-that-must-not-be-logged"
OPEN = {
    "anonymousAuth": True,
    "audit": {"enabled": False},
    "alwaysPullImages": False,
    "denyServiceExternalIPs": False,
    "eventRateLimit": False,
    "podSecurity": {"enforce": "privileged", "warn": "privileged"},
    "serviceAccountExtendTokenExpiration": True,
}
EARLIER = (
    "admission-control-config-file", "anonymous-auth", "audit-", "cipher-suites",
    "request-timeout", "service-account-extend-token", "service-account-lookup",
    "terminated-pod-gc-threshold", "tls-cipher-suites",
)  # fmt: skip
"""What flags began with that a version before these had not."""


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(HOST)
    return made


def service():
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "probe"},
        "spec": {"ports": [{"port": 80}], "externalIPs": ["192.0.2.200"]},
    }


def logged(site, about):
    """Events of the audit log whose URI has this text."""
    lines = site.ssh(HOST, f"cat {LOG}").splitlines()
    return [event for event in map(json.loads, lines) if about in event["requestURI"]]


def test_an_install_proves_that_it_is_closed(installed):
    assert_verified(installed, [HOST])
    told = {check["check"]: check["evidence"] for check in installed.of("Checked")}
    assert told["anonymous requests"].endswith(": 401")
    assert told["audit log"].startswith(f"{LOG}, 600 kube-apiserver:kube-apiserver, ")
    assert "has a request made for it" in told["audit log"]
    assert "1 of 1 read are encrypted: secretbox:" in told["Secrets in etcd"]
    assert told["node's certificate request"] == "by bootstrap token, dry run: accepted"


@pytest.mark.parametrize("path", ["/readyz", "/livez", "/version", "/api", "/api/v1/namespaces"])
def test_nobody_is_answered_without_credentials(site, path):
    assert asked(site, path, known=False)[0] == 401
    assert asked(site, path)[0] == 200


def test_a_secret_is_logged_by_its_name_and_never_by_its_content(site):
    site.kubectl("create", "secret", "generic", "audited", f"--from-literal=a={VALUE}")
    assert VALUE in site.kubectl(
        "get", "secret", "audited", "-o", "go-template={{.data.a|base64decode}}"
    )
    made = [e for e in logged(site, "/namespaces/default/secrets") if e["verb"] == "create"]
    assert [(e["level"], e["user"]["username"]) for e in made] == [("Metadata", "kubernetes-admin")]
    assert site.ssh(HOST, f"grep -c {VALUE} {LOG} || true") == "0\n"
    assert "k8s:enc:secretbox:" in etcdctl(site, HOST, "get", "/registry/secrets/default/audited")


def test_who_may_do_what_is_logged_with_what_was_asked_for(site):
    site.kubectl("create", "clusterrole", "audited", "--verb=get", "--resource=pods")
    events = [e for e in logged(site, "clusterroles") if e["verb"] == "create"]
    (made,) = [e for e in events if e["user"]["username"] == "kubernetes-admin"]
    assert made["level"] == "RequestResponse"
    assert made["requestObject"]["rules"][0]["verbs"] == ["get"]


def test_health_checks_watches_and_heartbeats_do_not_fill_the_log(site):
    assert logged(site, "/readyz") == logged(site, "/livez") == []
    assert [e for e in logged(site, "/leases/") if e["verb"] == "update"] == []
    watched = {e["objectRef"]["resource"] for e in logged(site, "watch=true")}
    assert watched <= {"secrets", "configmaps"}


def test_the_logs_folder_is_closed(site):
    assert site.ssh(HOST, "stat -c '%a %U' /var/log/kubernetes") == "700 kube-apiserver\n"


@pytest.mark.parametrize("port", [6443, 10257, 10259, 2379, 2380])
def test_no_port_takes_old_tls_or_a_cipher_without_authentication(site, port):
    address = site.answers["hosts"][0]["address"] if port == 2380 else "127.0.0.1"

    def agreed(*options):
        told = site.ssh(
            HOST, f"openssl s_client -connect {address}:{port} {' '.join(options)} </dev/null 2>&1",
            check=False,
        )  # fmt: skip
        return "Cipher is ECDHE" in told or "Cipher is TLS_" in told

    assert agreed("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")
    assert agreed("-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305")
    assert agreed("-tls1_3")
    assert not agreed("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA")
    assert not agreed("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")


def test_a_pod_in_the_hosts_network_is_refused_but_in_kube_system(site):
    status, text, _ = asked(site, DRY_PODS.format("default"), pod(hostNetwork=True))
    assert status == 403
    assert 'violates PodSecurity "baseline:latest"' in json.loads(text)["message"]
    assert asked(site, DRY_PODS.format("kube-system"), pod(hostNetwork=True))[0] == 201
    status, _, warning = asked(site, DRY_PODS.format("default"), pod())
    assert status == 201
    assert 'would violate PodSecurity \\"restricted:latest\\"' in warning


def test_a_service_cannot_draw_traffic_by_external_addresses(site):
    path = "/api/v1/namespaces/default/services?dryRun=All"
    status, text, _ = asked(site, path, service())
    assert status == 403
    assert "denied by admission control" in text


def test_the_plugins_are_at_work(site):
    told = site.ssh(HOST, "journalctl -u kube-apiserver --no-pager -o cat | grep 'admission contr'")
    made = json.loads(asked(site, DRY_PODS.format("kube-system"), pod())[1])
    assert made["spec"]["containers"][0]["imagePullPolicy"] == "Always"
    for plugin in (
        "NodeRestriction", "EventRateLimit", "DenyServiceExternalIPs", "AlwaysPullImages",
        "PodSecurity",
    ):  # fmt: skip
        assert plugin in told


def test_another_run_has_nothing_to_do(site):
    assert_nothing_to_do(site)


def test_what_an_earlier_version_made_is_closed_by_restarts(site):
    """Without the flags and files of these settings, as it was before there were any."""
    drop = "|".join(f"--{name}" for name in EARLIER)
    site.ssh(
        HOST,
        f"cd /opt; sed -Ei '/({drop})/d; s/(NodeRestriction)[A-Za-z,]*/\\1/'"
        " kubernetes/cfg/kube-* etcd/cfg/etcd;"
        " sed -i '/^LogsDirectory/d' /etc/systemd/system/kube-apiserver.service;"
        " rm -f kubernetes/cfg/admission.yaml kubernetes/cfg/audit-policy.yaml;"
        " systemctl daemon-reload; systemctl restart etcd kube-apiserver",
    )
    done = site.install()
    assert_verified(done, [HOST])
    assert done.changed()[1] == 4
    assert_nothing_to_do(site)


def test_every_toggle_can_be_opened_and_only_the_api_server_is_restarted(site):
    opened, before = site.variant(security=OPEN), site.running()
    done = opened.install()
    after = opened.running()
    assert {unit for _, unit in after if after[HOST, unit] != before[HOST, unit]} == {
        "kube-apiserver"
    }
    told = {check["check"] for check in done.of("Checked")}
    assert not {"anonymous requests", "audit log"} & told
    assert asked(site, "/version", known=False)[0] == 200
    status, text, warning = asked(site, DRY_PODS.format("default"), pod(hostNetwork=True))
    assert (status, warning) == (201, "")
    assert json.loads(text)["spec"]["containers"][0]["imagePullPolicy"] == "IfNotPresent"
    assert asked(site, "/api/v1/namespaces/default/services?dryRun=All", service())[0] == 201
    assert_nothing_to_do(opened)


def test_own_plugins_and_an_own_policy_work_beside_ours(site, tmp_path):
    policy = tmp_path / "mine.yaml"
    policy.write_text("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Request}]\n")
    args = {"apiserver": {"enable-admission-plugins": "PodNodeSelector,EventRateLimit"}}
    own = site.variant(
        kubernetes={**site.answers["kubernetes"], "extraArgs": args},
        security={"eventRateLimit": False, "audit": {"policyFile": str(policy)}},
    )
    assert_verified(own.install(), [HOST])
    assert site.ssh(HOST, "cat /opt/kubernetes/cfg/audit-policy.yaml") == policy.read_text()
    assert [e for e in logged(site, "/readyz") if e["level"] == "Request"]
    running = site.ssh(HOST, "tr '\\0' '\\n' </proc/$(pgrep -x kube-apiserver)/cmdline")
    ours = "NodeRestriction,DenyServiceExternalIPs,AlwaysPullImages"
    assert f"--enable-admission-plugins={ours},PodNodeSelector,EventRateLimit\n" in running


def test_what_is_no_policy_is_told_before_anything_is_touched(site, tmp_path):
    policy = tmp_path / "bad.yaml"
    policy.write_text("kind: Pod\n")
    before = site.snapshot(HOST)
    done = site.variant(security={"audit": {"policyFile": str(policy)}}).run()
    assert done.code == 2
    assert f"{policy} is not an audit policy" in done.everything()
    assert site.snapshot(HOST) == before


def test_closing_it_again_needs_no_more_than_the_default(site):
    assert_verified(site.install(), [HOST])
    assert asked(site, "/version", known=False)[0] == 401

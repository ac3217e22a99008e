"""Three masters with stacked etcd, installed once: what is there, and that it does its work."""

from __future__ import annotations

import base64
import json
import re
import shlex
import subprocess
import urllib.request
from itertools import pairwise

import pytest
from cluster_work import (
    accept,
    administrator,
    asked_all_along,
    bootstrap_token,
    etcdctl,
    kubelet_csr,
    reviewed,
)
from own_files import own_files
from session_commands import recover
from site_under_test import UNITS, Site, assert_nothing_to_do, assert_verified

from tui_installer.lab import faults

pytestmark = pytest.mark.usefixtures("installed")  # every test stands on it
MASTERS = ["master01", "master02", "master03"]
EXTRA_SAN = "api.example.com"


@pytest.fixture(scope="module")
def site(new_site):
    """Default answers and one more SAN."""
    made: Site = new_site(*MASTERS)
    made.answers["sans"] = [EXTRA_SAN]
    return made


def test_an_install_ends_verified_with_every_promised_check(installed):
    assert_verified(installed, MASTERS)
    told = {(check["host"], check["check"]): check["evidence"] for check in installed.of("Checked")}
    for host in MASTERS:
        assert (host, "etcd /health") in told
        assert EXTRA_SAN in told[host, "certificate on :6443"]
    assert all(f"{host} https://" in told["cluster", "etcd members"] for host in MASTERS)
    assert "system:bootstrappers" in told["cluster", "bootstrap token"]
    assert {(item["step"], item["host"]) for item in installed.of("StepFinished")} == {
        (item["step"], item["host"]) for item in installed.of("Planned")
    }
    skipped = [item["step"] for item in installed.of("StepFinished") if item["outcome"] != "ok"]
    assert skipped == ["binaries"], "all but the programs, which are in the cache, is to be done"
    assert installed.events[0]["event"] == "RunStarted"
    assert installed.events[0]["schema"] == 1
    assert installed.events[-1] == installed.finish


def test_the_api_is_ready_and_the_component_statuses_are_healthy(site):
    assert site.kubectl("get", "--raw", "/readyz?verbose").endswith("readyz check passed\n")
    lines = site.kubectl("get", "cs", "--no-headers").splitlines()
    assert {line.split()[1] for line in lines} == {"Healthy"}
    assert {"scheduler", "controller-manager", "etcd-0"} <= {line.split()[0] for line in lines}


def test_a_service_account_token_is_made_and_reviewed(site):
    token = site.kubectl("create", "token", "default").strip()
    assert reviewed(site, token) == "system:serviceaccount:default:default"


def test_a_node_joins_with_the_bootstrap_token_and_gets_its_certificate(site, tmp_path):
    issued = kubelet_csr(site, "worker01", bootstrap_token(site))
    (tmp_path / "node.pem").write_bytes(issued)
    verify = ["openssl", "verify", "-partial_chain", "-CAfile"]
    for ca, good in (("signing-ca", True), ("ca", False)):
        done = subprocess.run(
            [*verify, str(site.pki / f"{ca}.pem"), str(tmp_path / "node.pem")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is good, done.stderr
    subject = subprocess.run(
        ["openssl", "x509", "-noout", "-subject", "-in", str(tmp_path / "node.pem")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.search(r"O ?= ?system:nodes, ?CN ?= ?system:node:worker01", subject)


def test_the_kubelet_bootstrap_token_opens_nothing_else(site):
    token = bootstrap_token(site)
    status, _ = accept(site, "GET", "/api/v1/namespaces/kube-system/secrets", token)
    assert status == 403
    assert accept(site, "GET", "/api/v1/nodes", "abcdef.0123456789abcdef")[0] == 401


def test_no_root_key_is_on_any_host(site):
    """Not under any name: the key material itself is searched for."""
    wanted = []
    for ca in ("ca", "front-proxy-ca", "etcd-ca"):
        pem = (site.pki / f"{ca}-key.pem").read_text()
        body = [line for line in pem.splitlines() if not line.startswith("-----")]
        assert len(body) >= 3
        wanted += [f"-e {shlex.quote(line)}" for line in body]
    places = "/opt /etc /root /tmp /var/tmp /var/lib /home /srv"
    for host in MASTERS:
        assert site.ssh(host, f"grep -rlF {' '.join(wanted)} {places} || true") == ""


def test_the_break_glass_certificate_stays_with_the_operator(site):
    body = (site.pki / "super-admin.pem").read_text().splitlines()[3]
    for host in MASTERS:
        assert site.ssh(host, f"grep -rlF -e {shlex.quote(body)} /opt /etc /root || true") == ""


def test_keys_are_their_programs_alone_on_hosts_and_ours_here(site):
    for host in MASTERS:
        secret = site.ssh(
            host,
            "grep -rlIE 'PRIVATE KEY|aescbc|secretbox:' /opt | xargs stat -c '%a %U:%G %n'",
        ).splitlines()
        assert len(secret) >= 12
        assert {line.split(" ")[0] for line in secret} == {"600"}
        owners = {line.split(" ")[1] for line in secret}
        assert owners == {f"{name}:{name}" for name in UNITS}
        public = site.ssh(host, "find /opt -perm /044 -printf '%u:%g\\n' | sort -u").split()
        assert public == ["root:root"]
        assert site.ssh(host, "find /opt -perm /022 ! -type l") == ""
    open_to_others = [
        path
        for path in site.state.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o077 and b"PRIVATE" in path.read_bytes()
    ]
    assert open_to_others == []
    for folder in (site.state, site.pki):
        assert folder.stat().st_mode & 0o777 == 0o700
    for file in ("admin.kubeconfig", "journal.jsonl", "result.json", "pki/bootstrap.token"):
        assert (site.state / file).stat().st_mode & 0o777 == 0o600


def test_secrets_are_encrypted_at_rest(site):
    value = "plain-text-that-must-not-be-found"
    site.kubectl("create", "secret", "generic", "at-rest", f"--from-literal=a={value}")
    stored = etcdctl(site, "master02", "get", "/registry/secrets/default/at-rest")
    assert "k8s:enc:secretbox:" in stored
    assert value not in stored
    read = site.kubectl("get", "secret", "at-rest", "-o", "jsonpath={.data.a}")
    assert base64.b64decode(read).decode() == value


def test_the_manifest_lists_exactly_our_files_with_their_digests(site):
    for host in MASTERS:
        listed = site.listed(host)
        assert listed == own_files(site, host)
        assert "/opt/kubernetes/bin/kubectl" in listed
        assert "/etc/systemd/system/etcd.service" in listed


def test_the_journal_and_stdout_hold_no_secret(site, installed):
    stored = json.loads((site.pki / "bootstrap.token").read_text())
    secrets = [stored["secret"], (site.pki / "encryption.key").read_text().strip()]
    secrets += [key.read_text().splitlines()[1] for key in site.pki.rglob("*-key.pem")]
    written = (site.state / "journal.jsonl").read_text() + (site.state / "result.json").read_text()
    for secret in secrets:
        assert secret not in written
        assert secret not in installed.everything()


def test_every_master_serves_every_name_of_the_certificate(site):
    """By this machine's own TLS client, apart from the program's own check."""
    context = administrator(site)
    for machine in site.lab.machines:
        url = f"https://{machine.address}:6443/livez"
        with urllib.request.urlopen(url, context=context, timeout=10) as answer:
            assert answer.read() == b"ok"


def test_a_second_run_changes_nothing_over_one_connection_a_host(site):
    assert_nothing_to_do(site)
    count = "journalctl --sync; journalctl -u ssh -o cat --no-pager | grep -c 'Accepted publickey'"
    before = {host: int(site.ssh(host, count)) for host in MASTERS}
    site.install()
    # The run's one, and the one that this count itself takes.
    assert {host: int(site.ssh(host, count)) - 2 for host in MASTERS} == before


def test_a_second_run_with_verify_checks_everything_and_changes_nothing(site):
    before = site.running()
    done = site.install("--verify")
    assert_verified(done, MASTERS)
    assert done.changed() == (0, 0)
    assert site.running() == before


def test_the_plan_of_a_finished_cluster_is_empty(site):
    before = site.snapshot("master02")
    plan = site.install("--plan")
    assert plan.planned() == []
    assert plan.plan["schema"] == 1
    assert site.snapshot("master02") == before


def test_a_lost_session_is_made_anew_from_all_masters(site, tmp_path):
    made = recover(site, tmp_path)
    for name in ("sa.key", "encryption.key", *(f"{host}/server-key.pem" for host in MASTERS)):
        assert (made.pki / name).read_bytes() == (site.pki / name).read_bytes()
    units = site.running()
    first = made.install()
    assert first.finish["restarts"] == 0
    assert site.running() == units
    assert_nothing_to_do(made)


def test_a_rebooted_host_comes_back_by_itself_and_needs_nothing(site):
    faults.reboot(site.lab.folder, "master03")
    wait = (
        "for unit in etcd kube-apiserver kube-controller-manager kube-scheduler; do "
        'timeout 90 sh -c "until systemctl is-active -q $unit; do sleep 0.5; done" || exit 1; '
        "done; timeout 60 sh -c 'until /opt/kubernetes/bin/kubectl --server https://127.0.0.1:6443"
        " --certificate-authority /opt/kubernetes/ssl/ca.pem"
        " --client-certificate /opt/kubernetes/ssl/kube-controller-manager.pem"
        " --client-key /opt/kubernetes/ssl/kube-controller-manager-key.pem"
        " get --raw /readyz >/dev/null 2>&1; do sleep 0.5; done'"
    )
    site.ssh("master03", wait)
    assert {line.split("=")[1] for line in _states(site, "master03")} == {"active"}
    assert_nothing_to_do(site)
    assert_verified(site.install("--verify"), MASTERS)


def _states(site, host):
    return site.ssh(host, f"systemctl show -p ActiveState {' '.join(UNITS)}").split()


@pytest.fixture(scope="module")
def changed(site):
    """The same answers with one flag of one component more."""
    kubernetes = {**site.answers["kubernetes"], "extraArgs": {"apiserver": {"audit-log-maxage": 7}}}
    return site.variant(kubernetes=kubernetes)


def test_the_plan_of_a_changed_flag_shows_that_file_and_that_restart_alone(site, changed):
    before = {host: site.snapshot(host) for host in MASTERS}
    plan = changed.install("--plan")
    options, unit = "/opt/kubernetes/cfg/kube-apiserver", "kube-apiserver.service"
    assert sorted(plan.planned()) == sorted(
        change
        for host in MASTERS
        for change in ((host, "update", options), (host, "restart", unit))
    )
    diffs = [c["diff"] for item in plan.plan["items"] for c in item["changes"] if c["diff"]]
    assert len(diffs) == len(MASTERS)
    for diff in diffs:
        lines = diff.splitlines()
        assert lines[0].startswith(f"--- {options}")
        assert lines[1].startswith(f"+++ {options}")
        edits = [line for line in lines[3:] if line[0] in "+-"]
        assert any(line.startswith("+") and "--audit-log-maxage=7" in line for line in edits)
        assert len([line for line in edits if line.startswith("-")]) <= 1
    assert {host: site.snapshot(host) for host in MASTERS} == before


def test_a_changed_flag_restarts_that_unit_host_by_host_while_the_api_answers(site, changed):
    before = site.running()
    with asked_all_along(site, [host["address"] for host in site.answers["hosts"]]) as gaps:
        done = changed.install()
    assert gaps == []
    assert done.changed() == (6, 3)
    after = changed.running()
    restarted = {place for place in after if after[place] != before[place]}
    assert restarted == {(host, "kube-apiserver") for host in MASTERS}
    assert_one_after_the_other(changed)
    for host in MASTERS:
        running = site.ssh(host, "tr '\\0' ' ' </proc/$(pgrep -x kube-apiserver)/cmdline")
        assert "--audit-log-maxage=7" in running
    assert_nothing_to_do(changed)


def assert_one_after_the_other(site):
    """Each apiserver was started only when the one before it was ready again."""
    journal = [json.loads(line) for line in (site.state / "journal.jsonl").read_text().splitlines()]
    last = max(n for n, event in enumerate(journal) if event["event"] == "RunStarted")
    ready = {
        event["host"]: event["time"]
        for event in journal[last:]
        if (event["event"], event.get("step")) == ("StepFinished", "apiserver")
    }
    begin = "systemctl show -P ExecMainStartTimestamp --timestamp=us kube-apiserver"
    show = f'date -d "$({begin})" +%s.%N'
    started = {host: float(site.ssh(host, show)) for host in MASTERS}
    order = sorted(MASTERS, key=started.__getitem__)
    for one, next_one in pairwise(order):
        assert started[next_one] > ready[one]

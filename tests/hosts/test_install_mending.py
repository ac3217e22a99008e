"""One master: a run that is stopped half way, and what a later run puts right again."""

from __future__ import annotations

import json
import signal
import time

import pytest
from at_upload import held_at_upload
from site_under_test import UNITS, Site, assert_nothing_to_do, assert_verified, outcome

from tui_installer.actions.runs.check import check
from tui_installer.engine.cluster.authority import Authority
from tui_installer.pki.describe import fingerprint
from tui_installer.store.session_folder import SessionFolder

HOST = "master01"
SCHEDULER = "/opt/kubernetes/cfg/kube-scheduler"


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(HOST)
    return made


def interrupted_in(site, step, program, number=signal.SIGINT):
    """The outcome of a run that is sent a signal while this step sends this program."""
    lines = []
    with site.started() as process:
        with held_at_upload(site, HOST, program):
            for line in process.stdout:
                lines.append(line)
                event = json.loads(line)
                if (event["event"], event.get("step")) == ("Progress", step):
                    process.send_signal(number)
                    break
        rest, errors = process.communicate(timeout=180)
    return outcome(process.returncode, "".join(lines) + rest, errors)


def test_a_run_that_is_interrupted_says_where_each_host_stands(site):
    done = interrupted_in(site, "apiserver-files", "kube-apiserver")
    assert done.code == 130, done.explain()
    (told,) = [line for line in done.card["details"] if line.startswith(f"{HOST}: ")]
    assert "stopped in: apiserver-files" in told
    assert "etcd" in told.split("stopped in")[0]
    assert "again" in done.card["hint"]
    assert done.finish["exit_code"] == 130
    assert "Traceback" not in done.stderr
    assert site.ssh(HOST, "pgrep -af '[t]ui-installer' || true") == "", "none of it goes on there"


def test_an_interrupted_run_leaves_whole_files_only(site):
    assert site.ssh(HOST, "find /opt /etc/systemd -name '.*tui-installer*'") == ""
    assert site.listed(HOST)
    for path, (digest, *_) in site.listed(HOST).items():
        assert site.ssh(HOST, f"sha256sum {path}").startswith(digest)


def test_running_again_finishes_with_the_same_authorities(site):
    before = {path.name: path.read_bytes() for path in site.pki.glob("*ca.pem")}
    assert len(before) == 4
    program = "kube-controller-manager"
    assert interrupted_in(site, "controllers-files", program, signal.SIGTERM).code == 130
    assert_verified(site.install(), [HOST])
    assert {path.name: path.read_bytes() for path in site.pki.glob("*ca.pem")} == before
    assert_nothing_to_do(site)


def mended(site, *restarted):
    """Runs; only these units restart; the run after it finds nothing to do."""
    before = site.running()
    done = site.install()
    after = site.running()
    assert {unit for place, unit in after if after[place, unit] != before[place, unit]} == {
        *restarted
    }
    assert_nothing_to_do(site)
    return done


def test_a_file_that_was_tampered_with_is_put_back_and_its_unit_restarted(site):
    wanted = site.ssh(HOST, f"cat {SCHEDULER}")
    site.ssh(HOST, f"sed -i 's/--leader-elect=true/--leader-elect=false/' {SCHEDULER}")
    plan = site.install("--plan")
    assert plan.planned() == [
        (HOST, "update", SCHEDULER),
        (HOST, "restart", "kube-scheduler.service"),
    ]
    assert "-" in str(plan.plan)
    mended(site, "kube-scheduler")
    assert site.ssh(HOST, f"cat {SCHEDULER}") == wanted


def test_a_key_that_was_damaged_is_put_back_without_being_shown(site):
    path = "/opt/kubernetes/ssl/kube-scheduler-key.pem"
    wanted = site.ssh(HOST, f"cat {path}")
    site.ssh(HOST, f"head -c 100 {path} >{path}.new && cat {path}.new >{path} && rm {path}.new")
    plan = site.install("--plan")
    assert plan.planned() == [(HOST, "update", path), (HOST, "restart", "kube-scheduler.service")]
    assert wanted.splitlines()[1] not in plan.everything()
    mended(site, "kube-scheduler")
    assert site.ssh(HOST, f"cat {path}") == wanted


def test_a_program_that_was_replaced_is_put_back(site):
    path = "/opt/kubernetes/bin/kube-scheduler"
    # The same size and times: only the inode's own change time tells.
    site.ssh(
        HOST,
        f"cp -p {path} {path}.x && touch -r {path} /root/then && mv {path}.x {path}"
        f" && printf X | dd of={path} bs=1 seek=1000 conv=notrunc status=none"
        f" && touch -r /root/then {path}",
    )
    done = mended(site, "kube-scheduler")
    assert done.changed() == (2, 1)
    assert "Kubernetes v1.37.2" in site.ssh(HOST, f"{path} --version")


def test_a_mode_that_was_changed_by_hand_is_mended(site):
    key = "/opt/kubernetes/ssl/kube-scheduler-key.pem"
    site.ssh(HOST, f"chmod 644 {key}")
    plan = site.install("--plan")
    (change,) = [
        change
        for item in plan.plan["items"]
        for change in item["changes"]
        if change["target"] == key
    ]
    owner = "kube-scheduler:kube-scheduler"
    assert f"0644 {owner} → 0600 {owner}" in change["summary"]
    site.install()
    assert site.ssh(HOST, f"stat -c '%a %U:%G' {key}") == f"600 {owner}\n"
    assert_nothing_to_do(site)


def test_units_that_are_stopped_or_disabled_run_and_start_at_boot_again(site):
    site.ssh(HOST, "systemctl disable -q --now kube-controller-manager")
    site.ssh(HOST, "systemctl disable -q kube-scheduler")
    plan = site.install("--plan")
    assert plan.planned() == [
        (HOST, "enable", "kube-controller-manager.service"),
        (HOST, "start", "kube-controller-manager.service"),
        (HOST, "enable", "kube-scheduler.service"),
    ]
    mended(site, "kube-controller-manager")
    assert site.ssh(HOST, f"systemctl is-enabled {' '.join(UNITS)}").split() == ["enabled"] * 4


def test_a_unit_file_that_is_gone_comes_back(site):
    site.ssh(HOST, "rm /etc/systemd/system/kube-scheduler.service")
    mended(site, "kube-scheduler")


def test_an_administrator_who_deleted_the_bindings_gets_them_back(site):
    """Its own among them, so that no kubeconfig could apply them again."""
    ours = "!kubernetes.io/bootstrapping"
    site.kubectl("delete", "clusterrolebinding", "-l", ours, check=False)
    assert site.kubectl("get", "nodes", check=False) == ""
    plan = site.install("--plan")
    assert plan.planned()
    assert {verb for _, verb, _ in plan.planned()} == {"apply"}
    done = mended(site)
    assert done.changed() == (len(plan.planned()), 0)
    assert site.kubectl("auth", "can-i", "delete", "clusterrolebindings") == "yes\n"


def test_another_bootstrap_token_is_made_when_asked_for(site):
    before = json.loads((site.pki / "bootstrap.token").read_text())
    assert_verified(site.install("--new-token"), [HOST])
    after = json.loads((site.pki / "bootstrap.token").read_text())
    assert after["id"] != before["id"]
    secret = f"bootstrap-token-{after['id']}"
    site.kubectl("-n", "kube-system", "get", "secret", secret)
    assert_nothing_to_do(site)


def test_without_its_session_folder_a_cluster_is_left_alone(site, tmp_path):
    before = site.snapshot(HOST)
    lost = site.elsewhere(tmp_path)
    for options in ((), ("--plan",)):
        done = lost.run(*options)
        assert done.code == 1
        told = done.everything()
        assert fingerprint((site.pki / "ca.pem").read_bytes()) in told
        assert "/opt/kubernetes/ssl/ca.pem" in told
        assert HOST in told
    assert site.snapshot(HOST) == before
    assert not list(tmp_path.rglob("*-key.pem")), "no second authority is made for it"


def test_with_another_clusters_session_folder_both_fingerprints_are_shown(site, tmp_path):
    before = site.snapshot(HOST)
    other = site.elsewhere(tmp_path)
    Authority.load(check(site.file), SessionFolder(other.state), time.time()).make(time.time())
    done = other.run()
    assert done.code == 1
    for name in ("ca", "front-proxy-ca", "signing-ca", "etcd-ca"):
        ours = fingerprint((other.pki / f"{name}.pem").read_bytes())
        theirs = fingerprint((site.pki / f"{name}.pem").read_bytes())
        (line,) = [line for line in done.card["details"] if ours in line]
        assert theirs in line
        assert line.startswith(f"{HOST}: ")
    assert done.of("StepStarted") == []
    assert site.snapshot(HOST) == before

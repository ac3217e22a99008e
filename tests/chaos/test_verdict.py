"""The verdict itself: what it looks for is found when it is there."""

from __future__ import annotations

import json
import shutil

import pytest

from chaos.kept import kept
from chaos.leftovers import leaks, strays
from chaos.verdict import unclean

pytestmark = pytest.mark.xdist_group("verdict")  # one site for all
HOST = "master01"


@pytest.fixture(scope="module")
def site(new_site):
    with new_site(HOST) as made:
        made.install()
        yield made


def test_a_finished_cluster_is_clean(site):
    assert list(unclean(site, kept(site))) == []


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ("/opt/etcd/bin/.etcd.tui-installer", "stray file"),
        ("/opt/kubernetes/cfg/tui-installer.manifest.new", "stray file"),
        ("/etc/systemd/system/kube-scheduler.service.new.7", "stray file"),
        ("/run/tui-installer-job", "stray file"),
    ],
)
def test_a_stray_file_on_a_host_is_found(site, there, told):
    site.ssh(HOST, f"touch {there}")
    assert any(told in line and there in line for line in strays(site))
    site.ssh(HOST, f"rm {there}")


def test_a_stray_unit_and_a_stray_process_are_found(site):
    one = "bash -c 'exec -a tui-installer sleep 300'"  # a shell's child can outlive a stop's notice
    site.ssh(HOST, f"systemd-run -q --unit=tui-installer-x {one}")
    found = list(strays(site))
    assert any("stray unit: tui-installer-x" in line for line in found)
    assert any("stray process" in line for line in found)
    site.ssh(HOST, "systemctl stop tui-installer-x")
    assert list(strays(site)) == []


def test_a_temporary_file_here_is_found(site):
    left = site.pki / ".ca-key.pem.abcd1234"
    left.touch()
    assert any(left.name in line for line in strays(site))
    left.unlink()


@pytest.mark.parametrize("place", ["journal", "file", "here", "open"])
def test_a_secret_outside_of_its_file_is_found(site, place, tmp_path):
    secret = json.loads((site.pki / "bootstrap.token").read_text())["secret"]
    key = site.pki / "sa.key"
    journal = site.state / "journal.jsonl"
    before = journal.read_bytes()
    if place == "journal":
        site.ssh(HOST, "systemd-cat cat; journalctl --sync", stdin=secret.encode())
    elif place == "file":
        site.ssh(HOST, "cat >/var/log/some.log", stdin=secret.encode())
    elif place == "here":
        journal.write_bytes(before + secret.encode())
    else:
        key.chmod(0o644)
    assert len(list(leaks(site))) == 1
    site.ssh(HOST, "rm -f /var/log/some.log; journalctl -q --rotate --vacuum-time=1s")
    journal.write_bytes(before)
    key.chmod(0o600)


@pytest.mark.parametrize("name", ["ca-key.pem", "sa.key", "encryption.key", "bootstrap.token"])
def test_another_key_is_found(site, name, tmp_path):
    before = kept(site)
    shutil.copy2(site.pki / name, tmp_path / name)
    (site.pki / name).write_bytes(b"another")
    after = kept(site)
    shutil.copy2(tmp_path / name, site.pki / name)
    assert {path for path in before if after.get(path) != before[path]} == {name}


def test_a_change_of_the_further_run_is_told(site):
    site.ssh(HOST, "chmod 600 /opt/kubernetes/cfg/kube-scheduler")
    assert any("a further run changed" in line for line in unclean(site, kept(site)))

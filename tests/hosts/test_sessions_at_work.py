"""Runs in the background, watched and stopped; two at once on a session and on the hosts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from at_upload import held_at_upload
from site_under_test import Site, assert_nothing_to_do, assert_verified, outcome

from tui_installer.lab import faults

HOST = "master01"
SECONDS = 180


@pytest.fixture
def site(new_site) -> Site:
    made: Site = new_site(HOST)
    made.command()
    (made.home / "person").mkdir(exist_ok=True)
    return made


def begun(site: Site, *argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tui_installer", *argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=site.environ(),
    )


def reached(site: Site, step: str) -> None:
    """Until the journal says that a step has begun."""
    journal, end = site.state / "journal.jsonl", time.monotonic() + SECONDS
    wanted = f'"event": "StepStarted", "step": "{step}"'
    while not (journal.exists() and wanted in journal.read_text()):
        assert time.monotonic() < end, f"{step} did not begin within {SECONDS} s"
        time.sleep(0.05)


def test_a_detached_run_is_watched_by_many_and_ends_by_itself(site):
    done = site.program("--answers", str(site.file), "--detach")
    assert done.returncode == 0, done.stderr
    assert "tui-installer attach test" in done.stderr
    watchers = [begun(site, "attach", "test", "--output", "jsonl") for _ in range(3)]
    told = [watcher.communicate(timeout=SECONDS) for watcher in watchers]
    assert [watcher.returncode for watcher in watchers] == [0, 0, 0]
    runs = [outcome(0, out, err) for out, err in told]
    for run in runs:
        assert_verified(run, [HOST])
        assert run.events[0]["event"] == "RunStarted"
    kinds = [[e["event"] for e in run.events if e["event"] != "Progress"] for run in runs]
    assert kinds[0] == kinds[1] == kinds[2]
    assert_nothing_to_do(site)


def test_a_detached_run_is_stopped_and_gone_on_with(site):
    with held_at_upload(site, HOST, "kube-apiserver"):
        assert site.program("--answers", str(site.file), "--detach").returncode == 0
        reached(site, "apiserver-files")
        stopped = site.program("stop", "test")
        assert stopped.returncode == 0, stopped.stderr
    assert site.program("attach", "test").returncode == 130
    assert json.loads((site.state / "result.json").read_text())["exit_code"] == 130
    ca = (site.pki / "ca-key.pem").read_bytes()
    assert site.program("--resume", "test").returncode == 0
    assert (site.pki / "ca-key.pem").read_bytes() == ca
    assert_nothing_to_do(site)


def test_a_second_process_on_a_session_learns_who_has_it(site):
    with held_at_upload(site, HOST, "etcd"):
        first = begun(site, "--answers", str(site.file))
        reached(site, "etcd-files")
        second = site.program("--resume", "test")
    assert second.returncode == 2
    assert "the session test is in use" in second.stderr
    assert f"pid {first.pid}, since" in second.stderr
    first.communicate(timeout=180)
    assert first.returncode == 0


def test_of_two_operators_exactly_one_proceeds(site, tmp_path):
    other = site.elsewhere(tmp_path)
    other.command()
    with held_at_upload(site, HOST, "etcd"):
        first = begun(site, "--answers", str(site.file))
        reached(site, "etcd-files")
        refused = other.program("--answers", str(other.file), "--output", "jsonl")
    run = outcome(refused.returncode, refused.stdout, refused.stderr)
    assert run.code == 1
    assert run.card["message"] == f"{HOST} is locked by another run"
    assert f"session test, pid {first.pid}, since" in run.card["details"][0]
    assert not (other.pki / "ca.pem").exists()
    first.communicate(timeout=180)
    assert first.returncode == 0


def test_a_lock_of_a_killed_run_is_taken_over_with_a_notice(site):
    with held_at_upload(site, HOST, "etcd"):
        first = begun(site, "--answers", str(site.file))
        reached(site, "etcd-files")
        faults.link(site.lab.folder, HOST, up=False)  # so that the host does not see it end
        first.kill()
        first.communicate(timeout=30)
        faults.link(site.lab.folder, HOST, up=True)
    done = site.program("--resume", "test", "--output", "jsonl")
    assert f"pid {first.pid}" in done.stderr
    assert "no longer exists; continuing" in done.stderr
    run = outcome(done.returncode, done.stdout, done.stderr)
    assert_verified(run, [HOST])
    # The host may have seen the connection's end first: then there was nothing to take over.
    for line in run.of("LogLine", step="lock"):
        assert f"taken over from root on {os.uname().nodename}" in line["text"]


def test_breaking_a_lock_takes_the_host_from_who_has_it(site, tmp_path):
    first = begun(site, "--answers", str(site.file))
    reached(site, "etcd-files")
    first.send_signal(signal.SIGSTOP)
    try:
        other = site.elsewhere(tmp_path)
        other.command()
        refused = other.program("--answers", str(other.file))
        assert refused.returncode == 1
        assert "--break-lock" in refused.stderr
        broken = other.program("--answers", str(other.file), "--break-lock", "--output", "jsonl")
        run = outcome(broken.returncode, broken.stdout, broken.stderr)
        [line] = run.of("LogLine", step="lock")
        assert "took over the lock of an earlier run from root" in line["text"]
    finally:
        first.kill()
        first.communicate(timeout=30)


def test_a_run_of_a_killed_terminal_goes_on(site):
    """What the wizard begins is what --detach begins: a process that no terminal ends."""
    with held_at_upload(site, HOST, "etcd"):
        assert site.program("--answers", str(site.file), "--detach").returncode == 0
        holder = json.loads((site.state / "lock").read_text())
        assert holder["what"] == "run"
        assert os.getsid(holder["pid"]) == holder["pid"] != os.getsid(0)
        process = Path(f"/proc/{holder['pid']}")
        reached(site, "etcd-files")
        token = json.loads((site.pki / "bootstrap.token").read_text())["secret"]
        for place in ("cmdline", "environ"):
            assert token.encode() not in (process / place).read_bytes()
    assert site.program("attach", "test").returncode == 0

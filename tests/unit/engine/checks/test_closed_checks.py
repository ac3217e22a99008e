"""What answers, logs and stored bytes prove of a closed cluster; also the answers of liars."""

from __future__ import annotations

import pytest
from engine_samples import sh

from tui_installer.engine.checks.closed import anonymous_check, audit_check
from tui_installer.engine.checks.etcd import secrets_check
from tui_installer.engine.hosts.facts import script
from tui_installer.remote.host import Completed

LOG = "/var/log/kubernetes/audit.log"


@pytest.mark.parametrize("status", [200, 403, 0, 500])
def test_only_401_says_that_nobody_is_let_in_without_credentials(status):
    check = anonymous_check(status, "because\x1b[2J of it")
    assert not check.ok
    assert str(status) in check.evidence or "no answer" in check.evidence
    assert anonymous_check(401, "").ok


def looked(path, mark=""):
    return audit_check(str(path), sh(script("audit_log.sh"), str(path), mark), marked=bool(mark))


def test_a_log_that_is_written_and_closed_is_good(tmp_path):
    log = tmp_path / "audit.log"
    log.write_text("a\nrequest audited-1 -- here\nb\n")
    log.chmod(0o600)
    check = looked(log, "audited-1")
    assert check.ok
    assert "600" in check.evidence
    assert "has a request made for it" in check.evidence
    assert looked(log).ok


def test_a_log_without_the_request_is_not_being_written(tmp_path):
    log = tmp_path / "audit.log"
    log.write_text("old\n")
    log.chmod(0o600)
    check = looked(log, "-audited-1")
    assert not check.ok
    assert "is not in it" in check.evidence


def test_a_log_that_is_empty_open_to_others_or_not_there_is_bad(tmp_path):
    log = tmp_path / "audit.log"
    assert looked(log).evidence == f"{log} is not there"
    log.touch(mode=0o600)
    assert not looked(log).ok
    log.write_text("x")
    log.chmod(0o644)
    check = looked(log)
    assert not check.ok
    assert "644" in check.evidence


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"600", b"\xff\x1b[31m", b"a b c d", b"\n" * 9, b"ab " * 100_000),
        b"600 root:root " + b"9" * 5000 + b"\n",
        b"600 " + b"x" * 5000 + b" 1\n",
        "600 root:root \u0663\n".encode(),
    ],
)
def test_a_host_that_talks_nonsense_proves_no_log(answer):
    assert not audit_check(LOG, Completed(0, answer, ""), marked=True).ok


def test_a_size_that_is_none_proves_no_log():
    assert not audit_check(LOG, Completed(0, b"600 root:root many", ""), marked=True).ok


def test_a_secret_that_can_be_read_in_etcd_is_told():
    good = b"k8s:enc:secretbox:v1:key1:\x00\x9b[31m"
    assert secrets_check([good, good]).evidence == ("2 of 2 read are encrypted: secretbox:v1:key1")
    assert secrets_check([good]).ok
    bad = secrets_check([good, b"k8s\x00\n\x0c\n\x02v1\x12\x06Secret"])
    assert not bad.ok
    assert bad.evidence.startswith("1 of 2 ")
    assert not secrets_check([b""]).ok


def test_a_hostile_providers_name_is_tame():
    evidence = secrets_check([b"k8s:enc:\x1b]52;c;eA==\x07:v1:k:x"]).evidence
    assert "\x1b" not in evidence
    assert "\x07" not in evidence

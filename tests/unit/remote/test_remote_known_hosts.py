from __future__ import annotations

import base64
import os
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.errors import ExitCode, HostKeyRefused
from tui_installer.model.spec import SecretRef, SshSpec
from tui_installer.remote.gate import algorithms, others
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.remote.known_hosts import HostKey, host_name, parse

SSH = SshSpec("192.0.2.7", 22, "root", (), False, SecretRef(), "")


def key(name, kind="ssh-ed25519"):
    blob = len(kind).to_bytes(4, "big") + kind.encode() + name.encode() * 8
    return HostKey(kind, blob)


def line(host, which, marker=""):
    return f"{marker} {host} {which.kind} {base64.b64encode(which.blob).decode()} note\n".lstrip()


A, B = key("a"), key("b")
RSA = key("r", "ssh-rsa")


@pytest.fixture
def policy(tmp_path):
    return HostKeyPolicy(own=tmp_path / "state" / "known_hosts", files=(tmp_path / "user",))


def write(policy, *lines):
    policy.files[0].write_text("".join(lines))


def test_the_fingerprint_is_the_one_ssh_keygen_prints(tmp_path):
    file = tmp_path / "k"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
    kind, blob, *_ = file.with_suffix(".pub").read_text().split()
    shown = subprocess.run(["ssh-keygen", "-lf", file], capture_output=True, text=True, check=True)
    assert HostKey(kind, base64.b64decode(blob)).fingerprint == shown.stdout.split()[1]


@pytest.mark.parametrize("name", ["192.0.2.7", "[192.0.2.7]:2222", "master01.example.com"])
def test_a_name_hashed_by_ssh_keygen_is_found(tmp_path, name):
    file = tmp_path / "known_hosts"
    file.write_text(line(name, _real(tmp_path)))
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", file], check=True, capture_output=True)
    (entry,) = parse(file.read_bytes(), file)
    assert entry.patterns.startswith("|1|")
    assert entry.matches(name)
    assert not entry.matches(name + "x")


def _real(folder):
    file = folder / "real"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
    kind, blob, *_ = file.with_suffix(".pub").read_text().split()
    return HostKey(kind, base64.b64decode(blob))


@pytest.mark.parametrize(
    ("patterns", "name", "expected"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.71", False),
        ("other,192.0.2.7", "192.0.2.7", True),
        ("192.0.2.*", "192.0.2.7", True),
        ("192.0.2.?", "192.0.2.77", False),
        ("192.0.2.*,!192.0.2.7", "192.0.2.7", False),
        ("!192.0.2.7,*", "192.0.2.7", False),
        ("[192.0.2.7]:2222", "[192.0.2.7]:2222", True),
        ("[1]", "1", False),
        ("Master01", "master01", True),
        ("fe80::1", "fe80::1", True),
        ("|1|bad", "192.0.2.7", False),
        ("|2|AAAA|AAAA", "192.0.2.7", False),
    ],
)
def test_patterns_match_as_sshd_describes_them(patterns, name, expected):
    (entry,) = parse(line(patterns, A).encode(), Path("f"))
    assert entry.matches(name) is expected


def test_a_host_at_another_port_goes_by_its_bracketed_name():
    assert host_name("Example.com", 22) == "example.com"
    assert host_name("2001:db8::1", 2222) == "[2001:db8::1]:2222"


@given(st.binary())
def test_no_file_breaks_the_parser(data):
    for entry in parse(data, Path("f")):
        entry.matches("192.0.2.7")


def test_lines_that_make_no_sense_are_passed_over_and_numbers_stay_right():
    text = f"# note\n\ngarbage\n@odd x y z\nhost ssh-rsa !!!\n{line('h', A)}"
    (entry,) = parse(text.encode(), Path("/f"))
    assert entry.place == "/f:6"


def test_a_known_key_is_accepted(policy):
    write(policy, line("192.0.2.7", A))
    assert policy.check("m", SSH, A) is False


def test_a_changed_key_is_refused_with_place_and_both_fingerprints(policy):
    write(policy, "# note\n", line("192.0.2.7", A))
    with pytest.raises(HostKeyRefused) as caught:
        replace(policy, accept_new=True).check("m", SSH, B)
    said = "\n".join(caught.value.details)
    assert f"{policy.files[0]}:2" in said
    assert A.fingerprint in said
    assert B.fingerprint in said
    assert "ssh-keygen -R '192.0.2.7'" in caught.value.hint
    assert caught.value.code is ExitCode.CONNECTION
    assert caught.value.host == "m"
    assert not policy.own.exists()


def test_a_key_of_another_kind_than_the_known_one_is_refused(policy):
    write(policy, line("192.0.2.7", A))
    with pytest.raises(HostKeyRefused, match="differs from the known one"):
        policy.check("m", SSH, RSA)


def test_one_of_several_known_keys_is_enough(policy):
    write(policy, line("192.0.2.7", A), line("192.0.2.7", RSA))
    assert policy.check("m", SSH, RSA) is False


def test_an_unknown_key_is_refused_with_the_words_to_accept_it(policy):
    with pytest.raises(HostKeyRefused, match="not known") as caught:
        policy.check("m", SSH, A)
    assert f"fingerprint: {A.fingerprint}" in caught.value.hint
    assert "--accept-new-host-keys" in caught.value.hint


def test_the_answers_fingerprint_accepts_an_unknown_key_and_writes_nothing(policy):
    assert policy.check("m", replace(SSH, fingerprint=A.fingerprint), A) is False
    assert not policy.own.exists()


def test_another_fingerprint_than_the_answers_is_refused_even_if_the_key_is_known(policy):
    write(policy, line("192.0.2.7", A))
    with pytest.raises(HostKeyRefused, match="fingerprint in the answers") as caught:
        replace(policy, accept_new=True).check("m", replace(SSH, fingerprint=B.fingerprint), A)
    assert A.fingerprint in "".join(caught.value.details)
    assert B.fingerprint in "".join(caught.value.details)


def test_the_right_fingerprint_does_not_excuse_a_changed_key_in_a_file(policy):
    write(policy, line("192.0.2.7", A))
    with pytest.raises(HostKeyRefused, match="differs from the known one"):
        policy.check("m", replace(SSH, fingerprint=B.fingerprint), B)


def test_the_answers_fingerprint_may_be_that_of_another_kind_of_key(policy):
    write(policy, line("192.0.2.7", A))
    assert policy.check("m", replace(SSH, fingerprint=RSA.fingerprint), RSA) is False


def test_a_new_key_is_taken_only_if_that_is_allowed(policy):
    assert replace(policy, accept_new=True).check("m", SSH, A) is True


def test_a_taken_key_is_remembered_in_our_own_file_only(policy):
    write(policy, line("other", B))
    before = policy.files[0].read_bytes()
    os.umask(0o022)
    policy.remember(SSH, A)
    policy.remember(SSH, A)
    policy.remember(replace(SSH, port=2222), B)
    assert stat.S_IMODE(policy.own.stat().st_mode) == 0o600
    assert len(policy.own.read_text().splitlines()) == 2
    assert policy.files[0].read_bytes() == before
    assert policy.check("m", SSH, A) is False
    assert policy.check("m", replace(SSH, port=2222), B) is False
    with pytest.raises(HostKeyRefused, match="differs from the known one"):
        policy.check("m", SSH, B)


def test_openssh_reads_what_was_remembered(policy, tmp_path):
    assert shutil.which("ssh-keygen")
    policy.remember(replace(SSH, port=2222), _real(tmp_path))
    found = subprocess.run(
        ["ssh-keygen", "-F", "[192.0.2.7]:2222", "-f", policy.own], capture_output=True, check=False
    )
    assert found.returncode == 0


def test_a_key_for_port_22_confirms_but_does_not_contradict_another_port(policy):
    write(policy, line("192.0.2.7", A))
    other = replace(SSH, port=2222)
    assert policy.check("m", other, A) is False
    with pytest.raises(HostKeyRefused, match="not known"):
        policy.check("m", other, B)


def test_a_revoked_key_is_refused_whatever_else_is_said(policy):
    write(policy, line("192.0.2.7", A), line("*", A, "@revoked"))
    with pytest.raises(HostKeyRefused, match="revoked") as caught:
        policy.check("m", replace(SSH, fingerprint=A.fingerprint), A)
    assert f"{policy.files[0]}:2" in "".join(caught.value.details)


def test_a_certificate_authority_counts_for_its_hosts_only(policy):
    write(policy, line("*.example.com", A, "@cert-authority"))
    policy.check_authority("m", replace(SSH, address="m.example.com"), A)
    with pytest.raises(HostKeyRefused):
        policy.check_authority("m", SSH, A)
    with pytest.raises(HostKeyRefused):
        policy.check_authority("m", replace(SSH, address="m.example.com"), B)
    with pytest.raises(HostKeyRefused, match="not known"):
        policy.check("m", replace(SSH, address="m.example.com"), A)


def test_the_kind_of_key_that_is_known_is_asked_for_first(policy):
    assert algorithms(SSH, policy)[0] == "ssh-ed25519"
    write(policy, line("192.0.2.7", RSA))
    assert algorithms(SSH, policy)[:2] == ["rsa-sha2-512", "rsa-sha2-256"]
    assert "ssh-ed25519" in algorithms(SSH, policy)
    assert others(algorithms(SSH, policy), RSA)[0] == "ssh-ed25519"
    assert not [name for name in others(algorithms(SSH, policy), RSA) if "rsa" in name]


def test_host_certificates_are_asked_for_only_where_an_authority_is_known(policy):
    assert not [name for name in algorithms(SSH, policy) if "cert" in name]
    write(policy, line("192.0.2.7", A, "@cert-authority"))
    assert "cert" in algorithms(SSH, policy)[0]
    pinned = replace(SSH, fingerprint=A.fingerprint)
    assert not [name for name in algorithms(pinned, policy) if "cert" in name]

"""`tui-installer certificates`: requests out, certificates in, everything or nothing."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import openssl_ca
import pytest
import yaml

from tui_installer.cli import run as main
from tui_installer.store import paths

if TYPE_CHECKING:
    from pathlib import Path

    from openssl_ca import Pair

HOSTS = "hosts: [{address: 192.0.2.11}]\n"


@pytest.fixture
def ca(tmp_path: Path) -> Pair:
    return openssl_ca.make(tmp_path / "corp", "Corp Root")


@pytest.fixture
def answers(tmp_path: Path, ca: Pair, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(tmp_path / "state"))
    file = tmp_path / "answers.yaml"
    file.write_text(f"certificates: {{ca: {{cert: {ca.cert}}}}}\n{HOSTS}")
    return file


@pytest.fixture
def folder(tmp_path: Path, answers: Path) -> Path:
    target = tmp_path / "out"
    assert main(["certificates", "requests", str(target), "--answers", str(answers)]) == 0
    return target


def accept(folder: Path, answers: Path) -> int:
    return main(["certificates", "accept", str(folder), "--answers", str(answers)])


def sign(folder: Path, ca: Pair) -> list[Path]:
    csrs = sorted(folder.glob("*.csr"))
    for csr in csrs:
        openssl_ca.sign(ca, csr, csr.with_suffix(".crt"))
    return [csr.with_suffix(".crt") for csr in csrs]


def test_the_index_says_what_each_request_needs(folder: Path) -> None:
    entries = yaml.safe_load((folder / "index.yaml").read_text())["requests"]
    assert {entry["request"] for entry in entries} == {p.name for p in folder.glob("*.csr")}
    (server,) = [e for e in entries if e["certificate"] == "master01.server.crt"]
    assert server["use"] == ["TLS server"]
    assert "IP:192.0.2.11" in server["sans"]
    assert server["signedBy"] == "O = Corp, CN = Corp Root"
    assert server["days"] == 365
    (admin,) = [e for e in entries if e["request"] == "super-admin.csr"]
    assert admin["subject"] == "O=system:masters, CN=kubernetes-super-admin"
    readme = (folder / "README.txt").read_text()
    assert "copy_extensions copyall" in readme
    assert "master01.server.crt" in readme


def test_no_private_key_is_in_the_folder_and_those_in_the_session_are_private(
    folder: Path,
) -> None:
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in folder.iterdir())
    keys = list((paths.session_folder("kubernetes") / "pki" / "requests").rglob("*-key.pem"))
    assert len(keys) == len(list(folder.glob("*.csr")))
    assert all(stat.S_IMODE(key.stat().st_mode) == 0o600 for key in keys)


def test_what_the_clusters_own_cas_sign_is_told(
    answers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["certificates", "requests", str(tmp_path / "x"), "--answers", str(answers)]) == 0
    shown = capsys.readouterr().err
    assert "front proxy (certificates.frontProxyCA) and etcd (certificates.etcdCA) come" in shown


def test_what_was_signed_is_accepted_and_the_next_command_named(
    folder: Path, answers: Path, ca: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(folder, ca)
    assert accept(folder, answers) == 0
    shown = capsys.readouterr()
    assert "master01/server  accepted" in shown.out
    assert f"next: tui-installer install --answers {answers}" in shown.err
    again = ["certificates", "requests", str(folder), "--answers", str(answers)]
    assert main(again) == 0
    assert "there is nothing to sign" in capsys.readouterr().err


def test_every_fault_is_reported_and_nothing_accepted(
    folder: Path, answers: Path, ca: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    certs = sign(folder, ca)
    certs[0].unlink()
    certs[1].write_text("no certificate")
    server, admin = folder / "master01.server.crt", folder / "super-admin.crt"
    swapped = server.read_bytes()
    server.write_bytes(admin.read_bytes())
    admin.write_bytes(swapped)
    assert accept(folder, answers) == 2
    shown = capsys.readouterr().err
    assert f"{certs[0]}: it is not there; want the certificate of {certs[0].stem}.csr" in shown
    assert f"{certs[1]}: this is not a certificate in PEM form" in shown
    assert f"{server}: it belongs to another request" in shown
    assert "the certificate of this one is in super-admin.crt" in shown
    pki = paths.session_folder("kubernetes") / "pki"
    assert [path.name for path in pki.iterdir()] == ["requests"]


def test_changed_answers_need_new_requests(
    folder: Path, answers: Path, ca: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(folder, ca)
    answers.write_text(f"{answers.read_text()}sans: [new.example.com]\n")
    assert accept(folder, answers) == 2
    shown = capsys.readouterr().err
    assert "master01/server: not there yet" in shown
    assert "tui-installer certificates requests" in shown


def test_a_ca_with_its_key_needs_no_requests(
    answers: Path, ca: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.write_text(f"certificates: {{ca: {{cert: {ca.cert}, key: {ca.key}}}}}\n{HOSTS}")
    assert main(["certificates", "requests", str(tmp_path / "x"), "--answers", str(answers)]) == 2
    assert "no certificate is to be signed by you" in capsys.readouterr().err


def test_a_check_of_the_answers_checks_the_cas_files(
    answers: Path, ca: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    leaf = openssl_ca.make(ca.cert.parent, "leaf", ca, extensions=("basicConstraints=CA:FALSE",))
    text = f"certificates:\n  ca:\n    cert: {leaf.cert}\n    key: {ca.key}x\n{HOSTS}"
    answers.write_text(text)
    assert main(["install", "--check", "--answers", str(answers)]) == 2
    shown = capsys.readouterr().err
    assert f"{answers}:3:" in shown
    assert "is a leaf, not a CA" in shown
    assert f"{ca.key}x does not exist on this machine" in shown


def test_a_key_alone_is_no_ca(answers: Path, ca: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    answers.write_text(f"certificates: {{ca: {{key: {ca.key}}}}}\n{HOSTS}")
    assert main(["install", "--check", "--answers", str(answers)]) == 2
    assert "certificates.ca.key: needs certificates.ca.cert" in capsys.readouterr().err

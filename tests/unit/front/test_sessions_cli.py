"""tui-installer sessions, by its command line."""

from __future__ import annotations

import json
import os
import re
import stat
from typing import TYPE_CHECKING

import kube_samples
import pytest

from tui_installer import cli
from tui_installer.engine.cluster.authority import Authority
from tui_installer.pki import sealed
from tui_installer.store.session_folder import SessionFolder
from tui_installer.store.session_lock import SessionLock

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = """\
apiVersion: tui-installer/v1
cluster: {name: lab}
ssh:
  identityFiles: [/root/keys/id]
  passphrase: {env: NOT_SET_HERE}
hosts:
  - address: 192.0.2.11
    fingerprint: ""
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "home"
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(root))
    make(root / "lab")
    return root


def make(folder: Path) -> None:
    (folder / "pki").mkdir(parents=True)
    folder.chmod(0o700)
    (folder / "answers.yaml").write_text(ANSWERS)
    (folder / "pki/ca-key.pem").write_text("KEY OF THE CA")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text("long enough\n")
    file.chmod(0o600)
    return file


def run(*argv: str) -> int:
    return cli.run(["sessions", *argv])


def test_the_list_names_what_there_is(home, capsys):
    assert run("list") == 0
    out = capsys.readouterr().out
    assert re.search(r"^lab +lab +1 +not run yet ", out, re.MULTILINE)
    with SessionLock.take(home / "lab", "run"):
        run("list")
    assert f"pid {os.getpid()}" in capsys.readouterr().out


def test_lists_are_json_for_scripts(home, capsys):
    (home / "broken").mkdir()
    (home / "broken/session.json").write_text("{")
    assert run("list", "--output", "json") == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["sessions"]}
    assert found["lab"]["hosts"] == 1
    assert "damaged" in found["broken"]["trouble"]


def test_a_truncated_journal_is_shown_with_its_place(home, capsys):
    lines = [
        '{"event": "Journal", "schema": 1}',
        json.dumps(
            {"time": 1.0, "event": "RunStarted", "cluster": "lab", "version": "v1"}
            | {"hosts": ["m1"], "steps": ["etcd"]}
        ),
        "not json",
        '{"time": 2.0, "event": "StepStarted", "step": "etcd", "host": "m1"}',
        '{"time": 3.0, "ev',
    ]
    (home / "lab/journal.jsonl").write_text("\n".join(lines))
    assert run("show", "lab") == 0
    out = capsys.readouterr().out
    assert "Install: running or interrupted at" in out
    assert "cut: etcd@m1" in out
    assert f"{home}/lab/journal.jsonl:3 is damaged" in out
    assert f"{home}/lab/journal.jsonl:5 is incomplete after 17 bytes" in out
    assert (home / "lab/journal.jsonl").read_text() == "\n".join(lines)


def test_showing_tells_the_nearest_name(capsys):
    assert run("show", "lap") == 2
    assert "did you mean lab?" in capsys.readouterr().err


def test_renaming(home, capsys):
    make(home / "other")
    assert run("rename", "lab", "other") == 2
    assert run("rename", "lab", "No Name") == 2
    assert run("rename", "lab", "prod") == 0
    assert sorted(one.name for one in home.iterdir()) == ["other", "prod"]
    assert not (home / "lab").exists()


@pytest.mark.parametrize(
    "argv",
    [("rename", "lab", "x"), ("delete", "lab", "--yes", "lab"),
     ("export", "lab", "out", "--whole", "--passphrase-file", "passphrase")],
)  # fmt: skip
def test_a_session_in_use_is_let_be(argv, home, capsys, secret, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with SessionLock.take(home / "lab", "run"):
        assert run(*argv) == 2
    assert "in use" in capsys.readouterr().err
    assert (home / "lab/pki/ca-key.pem").exists()
    assert not (tmp_path / "out").exists()


def test_deleting_wants_the_name_and_says_what_goes(home, capsys):
    assert run("delete", "lab") == 2
    assert run("delete", "lab", "--yes", "lob") == 2
    assert (home / "lab/pki/ca-key.pem").exists()
    assert run("delete", "lab", "--yes", "lab") == 0
    said = capsys.readouterr().err
    assert "the only copy of the root CA's key" in said
    assert "master01 (192.0.2.11)" in said
    assert not (home / "lab").exists()


def test_answers_alone_hold_no_key_and_replace_no_file(tmp_path, capsys):
    file = tmp_path / "out.yaml"
    assert run("export", "lab", str(file)) == 0
    assert "192.0.2.11" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("export", "lab", str(file)) == 2
    assert "already exists" in capsys.readouterr().err
    assert run("export", "lab", str(tmp_path / "b"), "--passphrase-env", "X") == 2


def exported(tmp_path: Path, secret: Path) -> Path:
    file = tmp_path / "lab.session"
    assert run("export", "lab", str(file), "--whole", "--passphrase-file", str(secret)) == 0
    return file


def test_a_whole_session_goes_to_another_machine(home, tmp_path, secret, monkeypatch, capsys):
    file = exported(tmp_path, secret)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"KEY OF" not in file.read_bytes()
    other = tmp_path / "other"
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(other))
    assert run("import", str(file), "--passphrase-file", str(secret)) == 0
    said = capsys.readouterr().err
    assert "ssh.identityFiles: /root/keys/id does not exist on this machine" in said
    assert "NOT_SET_HERE is not set" in said
    assert "--accept-new-host-keys" in said
    assert (other / "lab/pki/ca-key.pem").read_text() == "KEY OF THE CA"
    assert not (other / "lab/lock").exists()


def test_importing_over_a_session_offers_another_name(home, tmp_path, secret, capsys):
    file = exported(tmp_path, secret)
    source = ("--passphrase-file", str(secret))
    assert run("import", str(file), *source) == 2
    assert "--as lab-2" in capsys.readouterr().err
    assert run("import", str(file), *source, "--as", "lab-2") == 0
    assert sorted(one.name for one in home.iterdir()) == ["lab", "lab-2"]


def test_a_wrong_passphrase_ends_with_3_and_nothing_is_left(home, tmp_path, secret, capsys):
    file = exported(tmp_path, secret)
    secret.write_text("something else\n")
    assert run("import", str(file), "--as", "x", "--passphrase-file", str(secret)) == 3
    assert "wrong passphrase for" in capsys.readouterr().err
    assert [one.name for one in home.iterdir()] == ["lab"]


def test_a_person_has_three_tries(home, tmp_path, secret, monkeypatch):
    file = exported(tmp_path, secret)
    typed = []

    def getpass(prompt: str, _: object) -> str:
        typed.append(prompt)
        return "wrong one"

    monkeypatch.setattr("tui_installer.front.sessions_moves.can_ask", lambda: True)
    monkeypatch.setattr("tui_installer.front.ask.getpass.getpass", getpass)
    assert run("import", str(file), "--as", "x") == 3
    assert len(typed) == 3


def test_a_new_passphrase_is_typed_twice(tmp_path, monkeypatch):
    typed = iter(["short", "long enough", "long enouhg", "long enough", "long enough"])
    monkeypatch.setattr("tui_installer.front.sessions_moves.can_ask", lambda: True)
    monkeypatch.setattr("tui_installer.front.ask.getpass.getpass", lambda *_: next(typed))
    assert run("export", "lab", str(tmp_path / "x"), "--whole") == 0
    assert list(typed) == []


def test_a_passphrase_that_others_may_read_is_refused(tmp_path, secret, capsys):
    secret.chmod(0o644)
    argv = ("export", "lab", str(tmp_path / "x"), "--whole", "--passphrase-file", str(secret))
    assert run(*argv) == 3
    assert "chmod 600" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_other_files_are_refused_without_asking(tmp_path, capsys, secret):
    other = tmp_path / "answers.yaml"
    other.write_text(ANSWERS)
    assert run("import", str(other), "--passphrase-file", str(secret)) == 2
    assert "not an exported session" in capsys.readouterr().err
    assert run("import", str(tmp_path / "nothing")) == 2


def test_a_damaged_file_leaves_nothing(home, tmp_path, secret, capsys):
    file = exported(tmp_path, secret)
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)
    assert run("import", str(file), "--as", "x", "--passphrase-file", str(secret)) == 1
    assert "damaged or truncated" in capsys.readouterr().err
    assert [one.name for one in home.iterdir()] == ["lab"]


def test_nothing_is_written_before_all_of_a_file_is_authentic(home, tmp_path, secret, monkeypatch):
    (home / "lab/logs").mkdir()
    (home / "lab/logs/master01.log").write_bytes(b"x" * (3 * sealed.CHUNK))
    file = exported(tmp_path, secret)
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    begun = []
    monkeypatch.setattr("tui_installer.store.bundle.arriving", begun.append)
    assert run("import", str(file), "--as", "x", "--passphrase-file", str(secret)) == 1
    assert begun == []


@pytest.fixture
def keys(home: Path) -> Path:
    """The folder of a session with real CA keys."""
    session = SessionFolder(home / "real")
    make(session.root)
    session.key_path("ca").unlink()
    Authority.load(kube_samples.spec(), session, 1_800_000_000).make(1_800_000_000)
    return session.pki


def test_ca_keys_are_encrypted_and_decrypted(keys, secret, capsys):
    before = (keys / "ca-key.pem").read_bytes()
    source = ("--passphrase-file", str(secret))
    assert run("encrypt", "real", *source) == 0
    assert str(keys / "ca-key.pem") in capsys.readouterr().err
    assert (keys / "ca-key.pem").read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY")
    assert run("encrypt", "real", *source) == 2
    assert run("decrypt", "real", *source) == 0
    assert (keys / "ca-key.pem").read_bytes() == before
    assert run("decrypt", "real", *source) == 2


def test_a_wrong_passphrase_leaves_ca_keys_encrypted(keys, secret, capsys):
    assert run("encrypt", "real", "--passphrase-file", str(secret)) == 0
    before = (keys / "ca-key.pem").read_bytes()
    secret.write_text("something else\n")
    assert run("decrypt", "real", "--passphrase-file", str(secret)) == 3
    assert "wrong passphrase for" in capsys.readouterr().err
    assert (keys / "ca-key.pem").read_bytes() == before


def test_ca_keys_of_a_session_in_use_are_let_be(keys, secret, capsys):
    before = (keys / "ca-key.pem").read_bytes()
    with SessionLock.take(keys.parent, "run"):
        assert run("encrypt", "real", "--passphrase-file", str(secret)) == 2
    assert "in use" in capsys.readouterr().err
    assert (keys / "ca-key.pem").read_bytes() == before

"""Which files are a session's, and the stream of them."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from tui_installer.errors import InstallerError, UsageError
from tui_installer.store import bundle, session_files, session_meta

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def session(tmp_path: Path) -> Path:
    root = tmp_path / "lab"
    (root / "pki/master01").mkdir(parents=True)
    (root / "logs").mkdir()
    for name in ("answers.yaml", "journal.jsonl", "journal.jsonl.schema-0", "admin.kubeconfig",
                 "pki/ca-key.pem", "pki/master01/server.pem", "logs/master01.log", "lock",
                 "notes.txt", ".answers.yaml.abc"):  # fmt: skip
        (root / name).write_text(name)
    session_meta.prepare(root)
    return root


def test_only_the_sessions_own_files_are_packed_and_no_links(session):
    (session / "pki/link.pem").symlink_to("/etc/passwd")
    found = list(session_files.found(session))
    assert found == sorted(found, key=lambda path: (path.count("/"), path))
    assert set(found) == {
        "session.json", "answers.yaml", "journal.jsonl", "journal.jsonl.schema-0",
        "admin.kubeconfig", "pki/ca-key.pem", "pki/master01/server.pem", "logs/master01.log",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../x", "pki/../../x", "pki//x", "", ".", "pki", "pki/.x", "lock", "other",
     "pki/a/b/c/d", "answers.yaml/x", "pki/a\nb", "pki/\u202ex", "x.schema-1", "pki/-rf"],
)  # fmt: skip
def test_names_that_no_session_has(path):
    assert not session_files.belongs(path)


def test_deleting_leaves_what_is_not_the_sessions(session):
    assert session_files.foreign(session) == ["notes.txt"]
    assert session_files.remove(session) == ["notes.txt"]
    assert [one.name for one in session.iterdir()] == ["notes.txt"]


def test_deleting_all_of_it_removes_the_folder(session):
    (session / "notes.txt").unlink()
    assert session_files.remove(session) == []
    assert not session.exists()


def test_a_link_is_removed_and_not_followed(session, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "keep").touch()
    (session / "logs/master01.log").unlink()
    (session / "logs").rmdir()
    (session / "logs").symlink_to(other)
    session_files.remove(session)
    assert (other / "keep").exists()


def test_a_deletion_cut_short_leaves_a_session(session, monkeypatch):
    def stop(_: Path) -> None:
        raise PermissionError(13, "Permission denied", "pki")

    monkeypatch.setattr(session_files.shutil, "rmtree", stop)
    with pytest.raises(InstallerError, match="cannot delete pki"):
        session_files.remove(session)
    assert (session / "answers.yaml").exists()
    assert (session / "pki/ca-key.pem").exists()


def unpacked(parts: list[bytes], target: Path) -> str:
    stream = bundle.Stream(iter(parts))
    name = stream.head()
    with bundle.arriving(target) as folder:
        stream.unpack(folder)
    return name


def test_a_session_comes_out_as_it_went_in_for_its_owner_alone(session, tmp_path):
    data = b"".join(bundle.pack(session))
    target = tmp_path / "home/there"
    assert unpacked([data[i : i + 7] for i in range(0, len(data), 7)], target) == "lab"
    for path in session_files.found(session):
        assert (target / path).read_bytes() == (session / path).read_bytes()
    assert set(session_files.found(target)) == set(session_files.found(session))
    modes = {stat.S_IMODE(p.stat().st_mode) for p in target.rglob("*") if p.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in (target, target / "pki")} == {0o700}


def lines(*entries: object) -> list[bytes]:
    head = {"session": "lab", "schema": 1}
    return [json.dumps(entry).encode() + b"\n" for entry in (head, *entries)]


@pytest.mark.parametrize(
    "entries",
    [
        ({"path": "../../evil", "size": 0}, {"end": 1}),
        ({"path": "/tmp/evil", "size": 0}, {"end": 1}),
        ({"path": "pki/x", "size": -1}, {"end": 1}),
        ({"path": "pki/x", "size": 1 << 50}, {"end": 1}),
        ({"path": "pki/x", "size": True}, {"end": 1}),
        ({"path": "pki/x", "size": 5}, {"end": 1}),
        ({"path": "pki/x", "size": 0},),
        ({"path": "pki/x", "size": 0}, {"end": 2}),
        ({"path": ["pki"], "size": 0}, {"end": 1}),
        ("text",),
    ],
)
def test_streams_that_lie_leave_nothing_behind(entries, tmp_path):
    with pytest.raises(UsageError, match="not an exported session"):
        unpacked(lines(*entries), tmp_path / "there/lab")
    assert list((tmp_path / "there").iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_the_same_file_twice_is_refused(tmp_path):
    twice = {"path": "pki/x", "size": 0}
    with pytest.raises(UsageError, match="pki/x occurs twice"):
        unpacked(lines(twice, twice, {"end": 2}), tmp_path / "there/lab")


@pytest.mark.parametrize("schema", ["1", None, 1.5, []])
def test_a_head_without_a_schema_is_refused(schema, tmp_path):
    head = json.dumps({"session": "lab", "schema": schema}).encode() + b"\n"
    with pytest.raises(UsageError, match="has no schema number"):
        unpacked([head], tmp_path / "there/lab")


def test_a_name_that_is_taken_meanwhile_is_left_as_it_is(session, tmp_path):
    data = b"".join(bundle.pack(session))
    taken = tmp_path / "home/lab"
    taken.mkdir(parents=True)
    (taken / "answers.yaml").write_text("mine")
    with pytest.raises(InstallerError):
        unpacked([data], taken)
    assert [one.name for one in taken.parent.iterdir()] == ["lab"]
    assert (taken / "answers.yaml").read_text() == "mine"


def test_a_newer_session_is_refused_before_anything_is_written(tmp_path):
    head = json.dumps({"session": "lab", "schema": session_meta.SCHEMA + 1}).encode() + b"\n"
    with pytest.raises(UsageError, match="newer"):
        unpacked([head], tmp_path / "there/lab")
    assert not (tmp_path / "there").exists()

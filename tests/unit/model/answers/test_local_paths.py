"""Relative paths keep their meaning wherever the answers are opened, edited, saved and run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.actions.sessions import drafts
from tui_installer.front.tui.draft import Draft
from tui_installer.model.answers import document as model
from tui_installer.model.answers.local_paths import rooted
from tui_installer.store import answers_file

HOSTS: list[dict[str, Any]] = [{"address": "192.0.2.11", "name": "m"}]
SECRET = {"file": "secrets/it"}
RELATIVE: dict[str, Any] = {
    "apiVersion": "tui-installer/v1",
    "kubernetes": {"source": {"kind": "tarball", "location": "dist/server.tar.gz"}},
    "etcd": {
        "mode": "external",
        "source": {"kind": "folder", "location": "dist/etcd"},
        "external": {
            "endpoints": ["https://192.0.2.31:2379"],
            "files": "here",
            "ca": "etcd/ca.pem",
            "cert": "etcd/client.pem",
            "key": "./etcd/client-key.pem",
        },
    },
    "ssh": {
        "identityFiles": ["keys/id", "~/.ssh/id", "/abs/id"],
        "passphrase": SECRET,
        "sudo": {"password": {"file": "../sudo"}},
        "jump": {"address": "192.0.2.9", "identityFiles": ["keys/jump"], "passphrase": SECRET},
    },
    "security": {"audit": {"policyFile": "policies/audit.yaml"}},
    "hosts": [{**HOSTS[0], "ssh": {"identityFiles": ["keys/own"]}}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["identityFiles", "source", "kind", "location", "external", "ca", "file",
                         "passphrase", "files", "audit", "policyFile"])
        | st.text(max_size=3), inner),
    max_leaves=30,
)  # fmt: skip


def file_in(folder: Path, data: dict[str, Any]) -> Path:
    folder.mkdir()
    file = folder / "answers.yaml"
    file.write_text(json.dumps(data))
    return file


def test_a_run_and_the_wizard_mean_the_same_files_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = file_in(tmp_path / "answers", RELATIVE)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    headless = answers_file.resolve_file(file)
    draft = Draft.load(file)
    assert draft.spec() == headless
    assert headless.hosts[0].ssh.identity_files == (tmp_path / "answers/keys/own",)
    assert headless.source.location == str(tmp_path / "answers/dist/server.tar.gz")

    saved = tmp_path / "elsewhere" / "saved.yaml"
    draft.save_as(saved)
    assert answers_file.resolve_file(saved) == headless
    draft.changed()
    kept = draft.file
    assert kept is not None
    draft.close()
    monkeypatch.chdir("/")
    assert Draft.resume(kept).spec() == headless
    assert answers_file.resolve_file(kept) == headless


def test_etcds_folder_may_follow_the_kind_of_kubernetes(tmp_path: Path):
    sources = {"kubernetes": {"source": {"kind": "folder", "location": "k"}},
               "etcd": {"source": {"location": "e"}}}  # fmt: skip
    file = file_in(tmp_path / "a", {"apiVersion": "tui-installer/v1", "hosts": HOSTS, **sources})
    assert Draft.load(file).get("etcd.source.location") == str(tmp_path / "a/e")
    assert Draft.load(file).spec() == answers_file.resolve_file(file)


def test_a_path_typed_in_the_wizard_is_of_the_folder_it_was_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    draft = Draft({"apiVersion": "tui-installer/v1", "hosts": HOSTS})
    draft.set("ssh.identityFiles", ["keys/id"])
    assert draft.get("ssh.identityFiles") == ["keys/id"]  # as it was typed
    draft.save_as(tmp_path / "sub" / "a.yaml")
    monkeypatch.chdir("/")
    spec = answers_file.resolve_file(tmp_path / "sub" / "a.yaml")
    assert spec.hosts[0].ssh.identity_files == (tmp_path / "keys/id",)


@pytest.mark.parametrize(
    "data",
    [
        {"kubernetes": {"source": {"kind": "mirror", "location": "mirror.example.org"}}},
        {"kubernetes": {"source": {"kind": "tarball", "location": "https://x/y.tar.gz"}}},
        {"etcd": {"external": {"files": "hosts", "ca": "ca.pem"}}},
        {"ssh": {"identityFiles": ["~/.ssh/id", "/x", "", 7, "a\nb"], "passphrase": {"file": ""}}},
        {"kubernetes": {"extraArgs": {"apiserver": {"audit-log-path": "a/b"}}}},
    ],
)
def test_what_is_no_relative_path_of_this_machine_stays(data: dict[str, Any]):
    assert rooted(data, Path("/srv")) == data


def test_every_path_of_the_answers_is_known_here():
    """Each text that `resolve` takes for a path of this machine is rooted."""
    left = json.dumps(rooted(RELATIVE, Path("/srv")))
    for text in ("dist/", "etcd/c", "keys/", "secrets/", "../sudo", "policies/"):
        assert json.dumps(RELATIVE).count(f'"{text}') + json.dumps(RELATIVE).count(f'"./{text}') > 0
        assert f'"{text}' not in left
        assert f'"./{text}' not in left


@given(data=st.dictionaries(st.text(max_size=3), JSON))
def test_data_of_any_shape_is_taken_and_a_second_time_changes_nothing(data: dict[str, Any]):
    once = rooted(data, Path("/srv"))
    assert rooted(once, Path("/other")) == once


def test_the_default_of_the_files_is_what_is_assumed():
    assert model.Answers.model_validate({"hosts": []}).etcd.external.files == "here"
    assert drafts.default("etcd.external.files") == "here"

from __future__ import annotations

import difflib
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from kubeconfig_samples import KUBEADM, assert_usable, backups, names, ours, read

from tui_installer.errors import InstallerError, UsageError
from tui_installer.store import kubeconfig as own
from tui_installer.store.kubeconfig import merge

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "kube" / "config"
    merged = merge([target], ours("one"))
    assert names(target, "clusters") == ["one"]
    assert read(target)["current-context"] == "one-admin@one"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert (merged.backups, merged.written) == ((), (target,))


def test_other_clusters_and_the_current_context_stay(tmp_path: Path) -> None:
    target = tmp_path / "config"
    merge([target], ours("one"))
    merged = merge([target], ours("two"))
    assert names(target, "contexts") == ["one-admin@one", "two-admin@two"]
    assert read(target)["current-context"] == merged.current == "one-admin@one"


def test_a_cluster_with_the_names_of_kubeadm_loses_nothing(tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text(KUBEADM)
    merged = merge([target], ours("kubernetes"))
    changed = difflib.ndiff(KUBEADM.splitlines(), target.read_text().splitlines())
    assert not [line for line in changed if line.startswith("-")]
    assert merged.context == "kubernetes-2-admin@kubernetes-2"
    assert_usable(target, merged.context, "https://192.0.2.1:6443")
    assert {kind: names(target, kind) for kind in ("clusters", "users")} == {
        "clusters": ["kubernetes", "kubernetes-2"],
        "users": ["kubernetes-admin", "kubernetes-2-admin"],
    }
    assert read(target)["current-context"] == "kubernetes-admin@kubernetes"
    assert len(merged.changes) == 3


def test_a_copy_of_the_file_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text(KUBEADM)
    target.chmod(0o644)
    merged = merge([target], ours("one"))
    assert list(merged.backups) == backups(target)
    assert merged.backups[0].read_text() == KUBEADM
    assert stat.S_IMODE(merged.backups[0].stat().st_mode) == 0o600


def test_a_second_merge_changes_nothing_and_keeps_no_copy(tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text(KUBEADM)
    merge([target], ours("kubernetes"))
    text, kept = target.read_bytes(), backups(target)
    merged = merge([target], ours("kubernetes"))
    assert (merged.changes, merged.written, merged.backups) == ((), (), ())
    assert (target.read_bytes(), backups(target)) == (text, kept)


def test_our_own_entries_are_updated_in_place_with_what_was_set_beside(tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text(KUBEADM)
    merge([target], ours("kubernetes"))
    target.write_text(
        target.read_text().replace("    user: kubernetes-2-admin",
                                   "    user: kubernetes-2-admin\n    namespace: shop")
    )  # fmt: skip
    merged = merge([target], ours("kubernetes", "https://192.0.2.9:6443", cert=b"renewed"))
    assert_usable(target, merged.context, "https://192.0.2.9:6443")
    data = read(target)
    assert [len(data[kind]) for kind in ("clusters", "users", "contexts")] == [2, 2, 2]
    assert data["contexts"][1]["context"]["namespace"] == "shop"
    assert [text.split()[0] for text in merged.changes] == ["updated", "updated"]
    assert "command:  aws     # two blanks" in target.read_text()


def test_a_renamed_context_of_ours_is_found_by_its_cluster(tmp_path: Path) -> None:
    target = tmp_path / "config"
    merge([target], ours("one"))
    target.write_text(target.read_text().replace("one-admin@one", "production"))
    assert merge([target], ours("one")).changes == ()
    assert merge([target], ours("one", cert=b"renewed")).context == "production"


def test_a_cluster_of_the_same_name_and_server_but_another_ca_stays(tmp_path: Path) -> None:
    target = tmp_path / "config"
    merge([target], ours("one", ca="old"))
    before = read(target)
    merge([target], ours("one", ca="new"))
    after = read(target)
    for kind in ("clusters", "users", "contexts"):
        assert after[kind][0] == before[kind][0]
    assert names(target, "clusters") == ["one", "one-2"]


def test_a_user_of_our_name_that_another_cluster_uses_stays(tmp_path: Path) -> None:
    target = tmp_path / "config"
    merge([target], ours("one"))
    data = read(target)
    data["contexts"] = [{"name": "x", "context": {"cluster": "other", "user": "one-admin"}}]
    data["users"][0]["user"] = {"token": "theirs"}
    target.write_text(yaml.safe_dump(data))
    merged = merge([target], ours("one"))
    assert read(target)["users"][0]["user"] == {"token": "theirs"}
    assert merged.context == "one-admin-2@one"
    assert_usable(target, merged.context, "https://192.0.2.1:6443")


def test_the_current_context_changes_when_asked(tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text(KUBEADM)
    merged = merge([target], ours("one"), use_context=True)
    assert read(target)["current-context"] == merged.current == "one-admin@one"
    assert merge([target], ours("one"), use_context=True).changes == ()


@pytest.mark.parametrize("line", ["current-context:", 'current-context: ""', "# none"])
def test_an_empty_current_context_is_set(tmp_path: Path, line: str) -> None:
    target = tmp_path / "config"
    target.write_text(f"{line}\nclusters:\nusers: []\n# the end\n")
    merge([target], ours("one"))
    assert read(target)["current-context"] == "one-admin@one"
    assert "# the end\n" in target.read_text()


def test_several_files_are_one_kubeconfig(tmp_path: Path) -> None:
    """As kubectl reads KUBECONFIG: names are shared, the first current context counts."""
    missing, first, second = (tmp_path / name for name in ("missing", "first", "second"))
    first.write_text("users: []\n")
    second.write_text(KUBEADM)
    files = [missing, first, second]
    merged = merge(files, ours("kubernetes"))
    assert (merged.context, merged.written) == ("kubernetes-2-admin@kubernetes-2", (first,))
    assert merged.current == "kubernetes-admin@kubernetes"
    assert second.read_text() == KUBEADM
    assert not missing.exists()


def test_an_entry_of_ours_is_updated_in_the_file_that_has_it(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    merge([second], ours("one"))
    merge([first], ours("two"))
    merged = merge([first, second], ours("one", cert=b"renewed"))
    assert merged.written == (second,)
    assert names(first, "users") == ["two-admin"]


def test_a_link_is_followed_so_that_it_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    real, link = tmp_path / "dotfiles" / "real", tmp_path / "link"
    real.write_text(KUBEADM)
    link.symlink_to(real)
    merge([link], ours("one"))
    assert link.is_symlink()
    assert names(real, "users") == ["kubernetes-admin", "one-admin"]


def test_a_read_only_kubeconfig_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    target = tmp_path / "config"
    target.write_text(KUBEADM)
    monkeypatch.setattr(os, "access", lambda path, mode: not (path == target and mode == os.W_OK))
    with pytest.raises(UsageError, match="read-only"):
        merge([target], ours("one"))
    assert target.read_text() == KUBEADM


def test_a_copy_that_cannot_be_written_stops_the_merge(tmp_path: Path, monkeypatch: Any) -> None:
    target = tmp_path / "config"
    target.write_text(KUBEADM)

    def refuse(*_: object, **__: object) -> None:
        raise InstallerError("cannot write")

    monkeypatch.setattr(own.atomic, "write", refuse)
    with pytest.raises(InstallerError, match="cannot write"):
        merge([target], ours("one"))
    assert target.read_text() == KUBEADM

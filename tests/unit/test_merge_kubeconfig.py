from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
import yaml

from tui_installer.errors import UsageError
from tui_installer.kubernetes.kubeconfig import kubeconfig
from tui_installer.model.secret import Secret
from tui_installer.store.kubeconfig import merge

if TYPE_CHECKING:
    from pathlib import Path


def ours(cluster: str, server: str = "https://192.0.2.1:6443") -> bytes:
    return kubeconfig(
        cluster=cluster,
        server=server,
        user=f"{cluster}-admin",
        ca=b"ca",
        cert=b"cert",
        key=Secret(b"key"),
    )


def names(path: Path, kind: str) -> list[str]:
    return [entry["name"] for entry in yaml.safe_load(path.read_bytes())[kind]]


def test_a_missing_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "kube" / "config"
    merge(target, ours("one"))
    assert names(target, "clusters") == ["one"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_other_clusters_and_the_current_context_stay(tmp_path: Path) -> None:
    target = tmp_path / "config"
    merge(target, ours("one"))
    merge(target, ours("two"))
    assert names(target, "contexts") == ["one-admin@one", "two-admin@two"]
    assert yaml.safe_load(target.read_bytes())["current-context"] == "one-admin@one"


def test_an_entry_of_our_name_is_replaced_not_doubled(tmp_path: Path) -> None:
    target = tmp_path / "config"
    merge(target, ours("one"))
    merge(target, ours("one", "https://192.0.2.9:6443"))
    clusters = yaml.safe_load(target.read_bytes())["clusters"]
    assert [c["cluster"]["server"] for c in clusters] == ["https://192.0.2.9:6443"]


def test_a_link_is_followed_so_that_it_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    merge(link, ours("one"))
    assert link.is_symlink()
    assert names(real, "users") == ["one-admin"]


@pytest.mark.parametrize("text", [b"- a list", b"clusters: [1]", b"a: [", b"just words"])
def test_what_is_not_a_kubeconfig_is_refused_and_left_alone(tmp_path: Path, text: bytes) -> None:
    target = tmp_path / "config"
    target.write_bytes(text)
    with pytest.raises(UsageError, match="not a kubeconfig"):
        merge(target, ours("one"))
    assert target.read_bytes() == text


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 100_000, "a: " + "[" * 60 + "]" * 60, "a: &a [*a", "? [a]\n: b"]
)
def test_a_kubeconfig_that_cannot_be_loaded_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(UsageError, match="not a kubeconfig"):
        merge(path, ours("a"))
    assert path.read_text() == text


def test_an_entry_whose_name_is_no_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("users: [{name: [a], user: {}}]")
    merge(path, ours("a"))
    assert names(path, "users") == [["a"], "a-admin"]


MISREAD = ("1e3", "08", "0o17", "y", "n", "0X1F", "-0b1", "1.5e9", "017", "no", "null", "1:30")
"""Names as they are written; Go's readers, or PyYAML, take each for something else."""


@pytest.mark.parametrize("name", MISREAD)
def test_names_that_look_like_numbers_are_in_quotes_on_both_sides(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "config"
    path.write_text(f"users: [{{name: '{name}', user: {{}}}}]")
    merge(path, ours(name))
    bare = {token.value for token in yaml.scan(path.read_bytes()) if getattr(token, "plain", False)}
    assert name not in bare
    assert names(path, "clusters") == [name]
    assert names(path, "users") == [name, f"{name}-admin"]


def test_a_time_in_another_entry_stays_the_text_that_it_was(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("users: [{name: a, user: {expiry: 2026-01-02T03:04:05Z}}]")
    merge(path, ours("one"))
    assert "2026-01-02T03:04:05Z" in path.read_text()

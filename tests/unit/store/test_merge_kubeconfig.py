from __future__ import annotations

import difflib
import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes.kubeconfig import kubeconfig
from tui_installer.model.secret import Secret
from tui_installer.store import kubeconfig as own
from tui_installer.store.kubeconfig import merge

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KUBEADM = """\
# written by kubeadm
apiVersion: v1
kind: Config
clusters:
- cluster: {certificate-authority-data: T0xE, server: "https://10.9.9.9:6443"}   # the old one
  name: kubernetes
contexts:
- context: {cluster: kubernetes, user: kubernetes-admin}
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
users:
- name: kubernetes-admin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command:  aws     # two blanks
      args: [eks, get-token, 0o17, 2026-01-02T03:04:05Z]
      env: null
preferences: {}
"""


def ours(
    cluster: str, server: str = "https://192.0.2.1:6443", ca: str = "", cert: bytes = b"cert"
) -> bytes:
    return kubeconfig(
        cluster=cluster,
        server=server,
        user=f"{cluster}-admin",
        ca=(ca or cluster).encode(),
        cert=cert,
        key=Secret(b"key"),
    )


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_bytes())
    return found


def names(path: Path, kind: str) -> list[str]:
    return [entry["name"] for entry in read(path)[kind]]


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.before-tui-installer-*"))


def assert_usable(path: Path, context: str, server: str) -> None:
    """What kubectl looks up for a context, by names."""
    data = read(path)
    found = {kind: {e["name"]: e for e in data[kind]} for kind in ("clusters", "users", "contexts")}
    link = found["contexts"][context]["context"]
    assert found["clusters"][link["cluster"]]["cluster"]["server"] == server
    assert found["users"][link["user"]]["user"]["client-certificate-data"]


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


@pytest.mark.parametrize("escape", ["\\u0091", "\\u0085", "\\u2028", "\\ufeff"])
def test_json_keeps_escapes_that_yaml_needs(tmp_path: Path, escape: str) -> None:
    target = tmp_path / "config"
    target.write_text(f'{{"users": [{{"name": "🐢 {escape}b", "user": {{}}}}]}}')
    merge([target], ours("c"))
    assert escape in target.read_text()
    names = [user["name"] for user in yaml.safe_load(target.read_text())["users"]]
    assert names == [json.loads(f'"🐢 {escape}b"'), "c-admin"]


def test_a_json_kubeconfig_stays_json(tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text(json.dumps(yaml.load(KUBEADM, yaml.BaseLoader), indent=4))
    merge([target], ours("kubernetes"))
    data = json.loads(target.read_text())
    assert [one["name"] for one in data["clusters"]] == ["kubernetes", "kubernetes-2"]
    assert data["users"][0]["user"]["exec"]["args"][2:] == ["0o17", "2026-01-02T03:04:05Z"]


LAYOUTS = {
    "indented": "clusters:\n    - name: a\n      cluster: {}\n    # last\nusers:\n  - {name: b}\n",
    "dash on a line of its own": "clusters:\n-\n  name: a\n  cluster: {}\nkind: Config\n",
    "flow list": "clusters: [{name: a, cluster: {}}]\nusers: [\n {name: b},\n]\n",
    "all in braces": "{clusters: [{name: a, cluster: {}}], users: []}",
    "anchors": "clusters:\n- &a {name: a, cluster: {}}\nextensions: [*a]\n",
    "block text at the end": "users:\n- name: b\n  user:\n    a: |+\n      x\n\n\nkind: Config\n",
    "no newline at the end": "kind: Config\nclusters:\n- name: a\n  cluster: {}",
    "windows": "kind: Config\r\nclusters:\r\n- name: a\r\n  cluster: {}\r\n",
    "byte order mark": "\ufeffkind: Config\nclusters: null  # none yet\n",
    "document marks": "---\nkind: Config\nclusters:\n- name: a\n...\n",
    "only a comment": "# my clusters\n",
    "text that looks like breaks": 'users:\n- name: "a\\u2028b"\n  user: {token: "\x85"}\n',
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("times", [1, 2])
def test_every_layout_keeps_what_is_in_it(tmp_path: Path, layout: str, times: int) -> None:
    target = tmp_path / "config"
    target.write_bytes(LAYOUTS[layout].encode())
    before = yaml.safe_load(LAYOUTS[layout]) or {}
    for number in range(times):
        merge([target], ours("one", cert=str(number).encode()))
    after = read(target)
    for key, value in before.items():
        assert after[key] == value or after[key][: len(value or [])] == (value or [])
    assert_usable(target, "one-admin@one", "https://192.0.2.1:6443")


_TEXTS = st.text(max_size=8).filter(str.isprintable) | st.sampled_from(["1e3", "y", "one", "08"])
_ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"name": _TEXTS},
        optional={
            "user": st.dictionaries(_TEXTS, _TEXTS | st.booleans() | st.none(), max_size=3),
            "cluster": st.dictionaries(_TEXTS, _TEXTS | st.lists(_TEXTS, max_size=2), max_size=3),
        },
    ),
    max_size=3,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    clusters=_ENTRIES,
    users=_ENTRIES | st.none(),
    current=st.none() | _TEXTS,
    flow=st.sampled_from([True, False, None]),
)
def test_no_entry_of_theirs_is_ever_lost(
    tmp_path: Path, clusters: list[Any], users: list[Any] | None, current: str | None, flow: bool
) -> None:
    target = tmp_path / "config"
    before = {"clusters": clusters, "users": users, "current-context": current}
    target.write_text(yaml.safe_dump(before, default_flow_style=flow, allow_unicode=True))
    merged = merge([target], ours("one"))
    after = read(target)
    assert after["clusters"][:-1] == clusters
    assert after["users"][:-1] == (users or [])
    assert after["current-context"] == (current or merged.context)
    assert merge([target], ours("one")).changes == ()


REFUSED = {
    "a list": b"- a list",
    "entries that are numbers": b"clusters: [1]",
    "cut off": b"a: [",
    "words": b"just words",
    "another object": b"apiVersion: v1\nkind: Pod\n",
    "another version": b"apiVersion: v2\nkind: Config\n",
    "two documents": b"kind: Config\n---\nkind: Config\n",
    "no text": b"\xff\xfe\x00",
    "too deep": b"a: " + b"[" * 100_000,
    "deep": b"a: " + b"[" * 60 + b"]" * 60,
    "a circle": b"clusters: &a [*a]",
    "keys that are lists": b"? [a]\n: b",
}


REWRITTEN = {"all in braces", "flow list", "document marks", "dash on a line of its own"}
"""Layouts of which a line changes, or all."""


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in REWRITTEN])
def test_text_of_theirs_stays_as_it_is_written(tmp_path: Path, layout: str) -> None:
    target = tmp_path / "config"
    target.write_bytes(LAYOUTS[layout].encode())
    merge([target], ours("one"))
    text = target.read_bytes().decode("utf-8-sig")
    for line in LAYOUTS[layout].removeprefix("\ufeff").split("\n"):
        assert line in text or line.endswith("null  # none yet")


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_a_kubeconfig_is_refused_and_left_alone(tmp_path: Path, case: str) -> None:
    good, target = tmp_path / "good", tmp_path / "config"
    good.write_text(KUBEADM)
    target.write_bytes(REFUSED[case])
    with pytest.raises(UsageError, match="not a kubeconfig"):
        own.check([target])
    with pytest.raises(UsageError, match="not a kubeconfig"):
        merge([good, target], ours("one"))
    assert (good.read_text(), target.read_bytes()) == (KUBEADM, REFUSED[case])
    assert backups(target) == backups(good) == []


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


def test_an_entry_whose_name_is_no_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("users: [{name: [a], user: {}}]")
    merge([path], ours("a"))
    assert names(path, "users") == [["a"], "a-admin"]


MISREAD = ("1e3", "08", "0o17", "y", "n", "0X1F", "-0b1", "1.5e9", "017", "no", "null", "1:30")
"""Names as they are written; Go's readers, or PyYAML, take each for something else."""


@pytest.mark.parametrize("name", MISREAD)
def test_names_that_look_like_numbers_are_in_quotes_on_both_sides(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "config"
    path.write_text(f"users: [{{name: '{name}', user: {{}}}}]")
    merge([path], ours(name))
    assert bare(path).isdisjoint({name, f"{name}-2"})
    assert names(path, "clusters") == [name]
    assert names(path, "users") == [name, f"{name}-admin"]


def bare(path: Path) -> set[str]:
    tokens: Iterable[Any] = yaml.scan(path.read_bytes())
    return {token.value for token in tokens if getattr(token, "plain", False)}


def test_a_time_in_another_entry_stays_the_text_that_it_was(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("{users: [{name: a, user: {expiry: 2026-01-02T03:04:05Z}}]}")
    merge([path], ours("one"))
    assert "2026-01-02T03:04:05Z" in path.read_text()

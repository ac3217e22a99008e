from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubeconfig_samples import KUBEADM, assert_usable, backups, names, ours, read

from tui_installer.errors import UsageError
from tui_installer.store import kubeconfig as own
from tui_installer.store.kubeconfig import merge

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


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

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tui_installer.actions.runs import own_kubeconfig
from tui_installer.actions.runs.run_options import Options
from tui_installer.errors import UsageError
from tui_installer.kubernetes.kubeconfig import kubeconfig
from tui_installer.model.run.events import LogLine
from tui_installer.model.secret import Secret
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from tui_installer.model.run.events import Event


def session(tmp_path: Path) -> SessionFolder:
    folder = SessionFolder(tmp_path / "session")
    ours = kubeconfig(
        cluster="one", server="https://x", user="one-admin", ca=b"c", cert=b"c", key=Secret(b"KEY")
    )
    folder.write_kubeconfig(Secret(ours))
    return folder


def test_without_a_name_it_is_the_files_that_kubectl_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert own_kubeconfig.paths(Path(), {}) == (Path("/home/ada/.kube/config"),)
    listed = {"KUBECONFIG": "/a:~/b::"}
    assert own_kubeconfig.paths(Path(), listed) == (Path("/a"), Path("/home/ada/b"))
    assert own_kubeconfig.paths(Path("/c"), listed) == (Path("/c"),)


def test_a_list_of_files_as_one_name_is_refused() -> None:
    with pytest.raises(UsageError, match="list of files") as caught:
        own_kubeconfig.paths(Path("/a/b:/c/d"), {})
    assert "KUBECONFIG" in caught.value.hint


def test_what_was_done_is_reported_without_the_key(tmp_path: Path) -> None:
    events: list[Event] = []
    path = tmp_path / "config"
    path.write_text("current-context: theirs\n")
    options = Options(merge_kubeconfig=(path,))
    artefacts = asyncio.run(own_kubeconfig.merge(session(tmp_path), options, events.append))
    told = "\n".join(event.text for event in events if isinstance(event, LogLine))
    assert f"added cluster one to {path}" in told
    assert "the current context is still theirs; use --context one-admin@one" in told
    (kept,) = tmp_path.glob("config.before-tui-installer-*")
    assert str(kept) in told
    assert dict(artefacts) == {
        "your kubeconfig": f"{path}, context one-admin@one",
        "backup of your kubeconfig": str(kept),
    }
    assert "S0VZ" not in repr((events, artefacts))


def test_a_merge_that_changes_nothing_says_so(tmp_path: Path) -> None:
    events: list[Event] = []
    options = Options(merge_kubeconfig=(tmp_path / "config",))
    folder = session(tmp_path)
    asyncio.run(own_kubeconfig.merge(folder, options, lambda _: None))
    assert asyncio.run(own_kubeconfig.merge(folder, options, events.append)) == ()
    assert [e.text for e in events if isinstance(e, LogLine)] == [
        "your kubeconfig has this cluster already; nothing was changed"
    ]

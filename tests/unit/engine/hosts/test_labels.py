"""SELinux labels, by a fake restorecon: which paths it is called with, and when it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine_samples import sh

from tui_installer.engine.hosts.facts import script

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with a fake restorecon that notes its arguments."""
    folder = tmp_path / "tools"
    folder.mkdir()
    fake = folder / "restorecon"
    fake.write_text(f'#!/bin/sh\necho noise\nprintf "%s\\n" "$@" >>{folder}/labelled\n')
    fake.chmod(0o755)
    return folder


def labelled(tools: Path) -> list[str]:
    file = tools / "labelled"
    return file.read_text().split() if file.exists() else []


def with_tools(name: str, tools: Path) -> str:
    return script(name).replace("PATH=/usr/sbin", f"PATH={tools}:/usr/sbin")


def test_files_and_folders_that_are_made_are_labelled_once_even_if_one_fails(
    tmp_path: Path, tools: Path
) -> None:
    root = tmp_path / "host"
    manifest, good, bad = (str(root / name) for name in ("cfg/manifest", "bin/good", "bin/bad"))
    stream = f"0 {EMPTY} 0 0644 root:root cat - {good}\n0 wrong 0 0644 root:root cat - {bad}\n"
    done = sh(with_tools("deliver.sh", tools), manifest, stdin=stream.encode())
    assert done.status == 1
    assert done.stdout.decode().splitlines()[0] == f"ok {good} -"
    assert "noise" not in done.stdout.decode()
    assert labelled(tools) == [*(str(root / name) for name in ("", "cfg")), manifest,
                               str(root / "bin"), good]  # fmt: skip


def test_a_data_folder_that_is_made_is_labelled(tmp_path: Path, tools: Path) -> None:
    manifest, data = tmp_path / "host/cfg/manifest", tmp_path / "host/data"
    word = f"o:0700:root:root:none.service:{data}"
    done = sh(with_tools("owners.sh", tools), str(manifest), word)
    assert done.status == 0, done.stderr
    assert labelled(tools)[-1] == str(data)


def test_nothing_made_is_nothing_labelled(tmp_path: Path, tools: Path) -> None:
    (tmp_path / "cfg").mkdir()
    (tmp_path / "cfg/manifest").touch()
    done = sh(with_tools("deliver.sh", tools), str(tmp_path / "cfg/manifest"))
    assert done.status == 0
    assert labelled(tools) == []

"""Whose folders a session may lie in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tui_installer.errors import UsageError
from tui_installer.store.trust import require

if TYPE_CHECKING:
    from pathlib import Path

STRANGER = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sessions/demo").mkdir(parents=True)
    tmp_path.chmod(0o755)
    return tmp_path / "sessions/demo"


def test_a_folder_of_ones_own_and_one_that_is_not_there_are_taken(folder: Path) -> None:
    require(folder)
    require(folder.with_name("none"))
    require(folder / "none/deeper")


def test_a_link_is_refused(folder: Path) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    with pytest.raises(UsageError, match="is a link to"):
        require(link)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_that_others_can_write_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    with pytest.raises(UsageError, match="others can write"):
        require(folder)


def test_its_parent_may_be_shared_only_as_tmp_is(folder: Path) -> None:
    folder.parent.chmod(0o1777)
    require(folder)
    folder.parent.chmod(0o777)
    with pytest.raises(UsageError, match="others can write"):
        require(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(folder: Path) -> None:
    os.chown(folder, STRANGER, STRANGER)
    with pytest.raises(UsageError, match="belongs to another user"):
        require(folder)


def test_a_file_in_its_place_is_refused(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(UsageError, match="is a file"):
        require(folder / "file")

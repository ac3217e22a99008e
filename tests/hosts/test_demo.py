"""The README's first command as it is: make demo, make demo-down, and the lab can be made again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from repo_root import ROOT
from site_under_test import CACHE

from tui_installer.lab import lab, takedown

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "lab"
    takedown.down(tmp_path / "lab", print)


def make(target: str, folder: Path, home: Path) -> str:
    """What it says, without a terminal; with the environment that the tests run in."""
    environment = Path(sys.executable).parents[1]
    done = subprocess.run(
        ["make", target, f"LAB={folder}", f"VENV={environment}"],
        cwd=ROOT,
        env={**os.environ, "TUI_INSTALLER_HOME": str(home), "TUI_INSTALLER_CACHE": str(CACHE)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.mark.usefixtures("programs")
def test_it_is_made_taken_down_and_can_be_made_again(folder: Path, tmp_path: Path) -> None:
    told = make("demo", folder, tmp_path / "state")
    assert "demo: the control plane is up" in told
    make("demo-down", folder, tmp_path / "state")
    assert list(tmp_path.glob("lab*")) == []
    assert lab.up(folder, say=print, host_names=("one",), name="again").machines

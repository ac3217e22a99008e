"""Shared by all tests: nothing of the person who runs them is read or written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State, known_hosts and keys in a folder of the test."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(home / "state"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return home

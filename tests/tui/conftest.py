"""The wizard in a test: no animations, nothing of the person's own settings or state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_settings(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, home and state in a folder of the test; returns that folder."""
    monkeypatch.setenv("TUI_INSTALLER_CONFIG", str(own_home / "config"))
    monkeypatch.setenv("HOME", str(own_home))
    # Textual reads these when it is imported, which the first wizard of a run does.
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    return own_home

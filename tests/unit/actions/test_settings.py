"""A person's own settings: theirs alone, as all that this program writes."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from tui_installer.actions import settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_settings_are_kept_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new" / "config"
    monkeypatch.setenv("TUI_INSTALLER_CONFIG", str(folder))
    settings.write({"theme": "dusk"})
    assert settings.read() == {"theme": "dusk"}
    assert stat.S_IMODE((folder / settings.FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [settings.FILE]

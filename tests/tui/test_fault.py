"""A fault of the wizard's own: a card and exit code 4; what was typed is in nobody's traceback."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tmux import Terminal

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = """\
import sys
from tui_installer import cli
from tui_installer.front.tui.screens.start import screen as start
def broken(self, *args):
    password = "hunter2-typed"
    raise RuntimeError("hunter2-told")
start.StartScreen.on_mount = broken
cli.main()
"""


def test_a_fault_shows_no_locals_and_is_an_internal_error(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "TUI_INSTALLER_HOME": str(tmp_path / "state")}
    with Terminal(tmp_path, [sys.executable, "-c", FAULTY], env, size=(120, 200)) as terminal:
        assert terminal.ended() == 4
        screen = terminal.screen
    assert "hunter2" not in screen
    assert "Traceback" not in screen
    assert "Next: this is a bug" in screen

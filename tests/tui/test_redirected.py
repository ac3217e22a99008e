"""The wizard is drawn on stderr: where that is no terminal, it says so and stays away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from tmux import Terminal

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = f"{sys.executable} -m tui_installer"


@pytest.mark.parametrize("arguments", ["", "--answers answers.yaml --interactive"])
def test_a_redirected_stderr_is_reported_on_both(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "answers.yaml").write_text("apiVersion: tui-installer/v1\n")
    env = {"HOME": str(tmp_path), "TUI_INSTALLER_HOME": str(tmp_path / "state")}
    argv = ["sh", "-c", f"{PROGRAM} {arguments} 2>said; code=$?; read _; exit $code"]
    with Terminal(tmp_path, argv, env) as terminal:
        screen = terminal.wait("redirected")
        terminal.press("Enter")
        assert terminal.ended() == 2
    for text in (screen, (tmp_path / "said").read_text()):
        assert "the wizard needs a terminal: it draws on stderr, which is redirected" in text
        assert "\x1b[" not in text

"""The terminal killed while somebody types, on any page with answers: they are on the disk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tmux import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# A loopback address is no master's, so no host is called: the first page has it to mend.
ANSWERS = """\
apiVersion: tui-installer/v1
cluster:
  name: demo
hosts:
- address: 127.0.0.1
  name: master01
"""
IN_FLIGHT = 1
"""Characters that may be lost."""


def in_hosts(terminal: Terminal) -> None:
    terminal.press("a")
    terminal.wait("Address")
    terminal.type("127.0.0.2")
    terminal.wait("127.0.0.2")


def in_cluster(terminal: Terminal) -> None:
    terminal.press("C-n")
    terminal.wait("Cluster name")
    terminal.press("Tab")
    terminal.type("k8s.example.org")
    terminal.wait("k8s.example.org")


def in_sans(terminal: Terminal) -> None:
    in_cluster(terminal)
    terminal.press("C-n")
    terminal.wait("kubernetes.default.svc")
    terminal.press("a")
    terminal.type("lb.example.org")
    terminal.wait("lb.example.org")
    terminal.press("Enter")
    terminal.wait("lb.example.org")


PAGES: tuple[tuple[Callable[[Terminal], None], Callable[[Any], str], str], ...] = (
    (in_hosts, lambda data: data["hosts"][-1]["address"], "127.0.0.2"),
    (in_cluster, lambda data: data["cluster"]["endpoint"], "k8s.example.org"),
    (in_sans, lambda data: data["sans"][-1], "lb.example.org"),
)


@pytest.mark.parametrize(
    ("type_there", "kept", "text"), PAGES, ids=lambda x: getattr(x, "__name__", "")
)
def test_at_most_the_keystroke_in_flight_is_lost(
    tmp_path: Path, type_there: Any, kept: Any, text: str
) -> None:
    (tmp_path / "x.yaml").write_text(ANSWERS)
    argv = [sys.executable, "-m", "tui_installer", "--answers", "x.yaml", "--interactive"]
    env = {"HOME": str(tmp_path), "TUI_INSTALLER_HOME": str(tmp_path / "state")}
    with Terminal(tmp_path, argv, env) as terminal:
        terminal.wait("The masters and how to log in")
        type_there(terminal)
        terminal.kill()
    (file,) = (tmp_path / "state").glob("*/answers.yaml")
    saved = kept(yaml.safe_load(file.read_text()))
    assert text.startswith(saved)
    assert len(text) - len(saved) <= IN_FLIGHT

"""Shared by all tests: they touch nothing of the person who runs them, and no other machine."""

from __future__ import annotations

import gc
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def pytest_collection_finish() -> None:
    """The collector leaves the collected tests alone: walking them costs a fifth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State, known_hosts and keys in a folder of the test."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(home / "state"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return home


@pytest.fixture(autouse=True)
def own_machine_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests without lab hosts connect to loopback only; any other address is refused at once."""
    if request.node.get_closest_marker("hosts"):
        return
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not ip_address(address[0]).is_loopback:
            raise ConnectionRefusedError(f"tests do not connect to {address[0]}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)

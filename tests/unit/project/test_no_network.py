from __future__ import annotations

import socket

import pytest


def test_tests_without_lab_hosts_reach_no_other_machine() -> None:
    with socket.socket() as sock, pytest.raises(ConnectionRefusedError, match="do not connect"):
        sock.connect(("192.0.2.1", 22))

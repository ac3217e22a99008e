"""Which way API calls take to a host."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tui_installer.remote import forwards
from tui_installer.remote.forwards import SSHD, Forwards

if TYPE_CHECKING:
    import pytest


class SilentLink:
    """FAKE: an sshd that forwards, to a port whose packets a firewall drops."""

    async def create_connection(self, *_: object) -> None:
        await asyncio.Event().wait()


async def test_a_port_that_drops_packets_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forwards, "PATIENCE", 0.01)
    link: Any = SilentLink()
    host: Any = None
    async with asyncio.timeout(5):
        assert await Forwards(link, host).way("127.0.0.1", 6443) == SSHD

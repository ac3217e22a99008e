"""Hosts that turn new connections away for a while: how they say it, and how long to wait."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_installer.errors import ConnectionFailed
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    import asyncssh

PATIENCE = 90.0
"""Seconds to wait for an sshd that says that it turns connections away. OpenSSH's first penalties
last 15 to 30 s; logins that are not finished count for MaxStartups for up to 120 s."""
DOUBT = 8.0
"""Seconds to wait where the connection is only closed, or the port refused that was open before."""
PAUSES = (1.0, 2.0, 3.0, 5.0)
"""Seconds between two attempts; the last value repeats."""
AT_ONCE = 8
"""By default, sshd drops some logins once more than ten are not finished (MaxStartups)."""
_KEPT = 1024
_SAYS = {
    "exceeded maxstartups": "too many logins are under way there at once (MaxStartups)",
    "not allowed at this time": "sshd there turns this machine away for a while, after failed "
    "logins (PerSourcePenalties)",
}
"""What sshd writes instead of its version, in lower case (OpenSSH's sshd.c) → what it means."""


class Throttled(ConnectionFailed):
    """The host turns connections away for now. patience: seconds for which to try again."""

    patience = PATIENCE


@dataclass(slots=True)
class Greeting:
    """What the other side sent before it named its SSH version, or instead of it."""

    text: bytes = b""
    _listening: bool = True

    def listen(self, conn: asyncssh.SSHClientConnection) -> None:
        """asyncssh skips such lines without a word."""
        receive = conn.data_received

        def received(data: bytes, datatype: Any = None) -> None:
            if self._listening:
                self.text = (self.text + data)[:_KEPT]
                self._listening = b"SSH-" not in self.text and len(self.text) < _KEPT
            receive(data, datatype)

        conn.data_received = received  # type: ignore[method-assign]

    @property
    def shown(self) -> str:
        """The first line, safe to show."""
        lines = clean(self.text, limit=200).strip().splitlines()
        return lines[0] if lines else ""

    @property
    def meaning(self) -> str:
        """Why sshd turned the connection away; '' if it did not say that it did."""
        said = self.shown.lower()
        return next((meaning for text, meaning in _SAYS.items() if text in said), "")


@dataclass(slots=True)
class Turns:
    """How many logins of this process may be under way at one place, such as a jump host."""

    _places: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    def at(self, place: str) -> asyncio.Semaphore:
        return self._places.setdefault(place, asyncio.Semaphore(AT_ONCE))


@dataclass(slots=True)
class Waiting:
    """Waits between the attempts of one login. say: called with a sentence once."""

    say: Callable[[str], None]
    _pauses: list[float] = field(default_factory=lambda: list(PAUSES))
    _began: float = 0.0

    async def pause(self, error: Throttled) -> None:
        """Raises the error once its patience is used up."""
        now = time.monotonic()
        if not self._began:
            self._began = now
            self.say(f"{error.message}; trying again for up to {error.patience:g} s")
        pause = self._pauses.pop(0) if len(self._pauses) > 1 else self._pauses[0]
        waited = now - self._began
        if waited + pause > error.patience:
            error.details = (*error.details, f"tried for {waited:.0f} s")
            raise error
        await asyncio.sleep(pause)

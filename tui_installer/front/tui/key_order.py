"""Keys take effect in the order in which they were pressed, however busy the screen is.

Textual gives a key to the focused widget; if that does not want it, the key wanders up to the app,
which then runs what is bound to it. A key pressed meanwhile overtakes: of Ctrl+U, a, Tab, b typed
ahead, both letters could land in one field before it is emptied.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from textual.app import App, ReturnType
from textual.events import Key

if TYPE_CHECKING:
    from textual.events import Event
    from textual.message import Message

PATIENCE = 3.0
"""Seconds after which the next key may overtake: something waits for the app itself."""


class KeysInOrder(App[ReturnType]):
    """Takes the next key when the one before was used or has come back and was acted upon."""

    _under_way: Key | None = None
    _came_back = False

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._under_way, self._came_back = event, False
        try:
            await super().on_event(event)
            if event.is_forwarded and await self._comes_back(event):
                await super().on_event(event)
        finally:
            self._under_way = None

    async def _comes_back(self, key: Key) -> bool:
        """Whether nobody used it."""
        end = time.monotonic() + PATIENCE
        while not self._came_back and time.monotonic() < end:
            if key._stop_propagation:  # noqa: SLF001 - it does not tell otherwise
                break
            await asyncio.sleep(0)
        return self._came_back

    def post_message(self, message: Message) -> bool:
        if message is self._under_way and self._under_way.is_forwarded:
            self._came_back = True
            return True
        return super().post_message(message)

"""Handles keys in the order in which they were pressed, however busy the screen is.

Textual gives a key to the focused widget; a key that the widget does not use bubbles up to the app,
which then runs its binding. A key pressed meanwhile is handled first: of Ctrl+U, a, Tab, b typed
ahead, both letters could land in one field before it is cleared.
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
"""Seconds after which the next key is handled anyway: a handler waits for the app itself."""


class KeysInOrder(App[ReturnType]):
    """Handles the next key once a widget or the app has handled the one before."""

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
        """Whether no widget used the key, so that it bubbled up to the app."""
        end = time.monotonic() + PATIENCE
        while not self._came_back and time.monotonic() < end:
            if key._stop_propagation:  # noqa: SLF001 - no public way
                break
            await asyncio.sleep(0)
        return self._came_back

    def post_message(self, message: Message) -> bool:
        if message is self._under_way and self._under_way.is_forwarded:
            self._came_back = True
            return True
        return super().post_message(message)

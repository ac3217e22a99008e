"""Asks for the passwords that the engine needs, one dialog at a time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.front.tui.widgets.prompts import AskSecret
    from tui_installer.front.tui.wizard import Wizard
    from tui_installer.model.secret import Secret

QUIET = 1.0
"""Seconds without a keystroke before a prompt opens, so that nobody types an answer into it."""


class Asker:
    """Waits until no dialog is open and nobody types; then asks."""

    def __init__(self, app: Wizard) -> None:
        self._app = app

    async def __call__(self, prompt: str) -> Secret | None:
        while self._app.screen.is_modal or self._quiet() < QUIET:  # noqa: ASYNC110 - no such event
            await asyncio.sleep(0.1)
        from tui_installer.front.tui.widgets.prompts import (  # noqa: PLC0415 - first frame
            AskSecret,
        )

        typed: asyncio.Future[Secret | None] = asyncio.get_running_loop().create_future()
        dialog = AskSecret(prompt)
        self._app.call_later(self._show, dialog, typed)
        try:
            return await typed
        finally:
            if not typed.done() or typed.cancelled():
                self._app.call_later(self._withdraw, dialog)

    def _quiet(self) -> float:
        return time.monotonic() - self._app.draft.touched

    def _show(self, dialog: AskSecret, typed: asyncio.Future[Secret | None]) -> None:
        def answer(given: Secret | None) -> None:
            if not typed.done():
                typed.set_result(given)

        if not typed.done():
            self._app.push_screen(dialog, answer)

    def _withdraw(self, dialog: AskSecret) -> None:
        """Closes the dialog: the check that asked has ended."""
        if dialog.is_current:
            dialog.dismiss(None)

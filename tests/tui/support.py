"""A wizard for tests, driven through Textual's pilot by keys alone."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # before Textual is imported

import idle

from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.engine_room import EngineRoom

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

idle.install()

SIZE = (80, 24)
WIDE = (120, 40)
ESCAPES = "\x1b]0;owned\x07\x1b[31mred\u202eabc"
HOSTILE = (
    "[/foo]", "[bold red]x[/]", "{}$(id)`", ESCAPES, "😀" * 20, "ä" * 10_000, "a" * 10_000,
)  # fmt: skip


def hosts(*addresses: str) -> list[dict[str, Any]]:
    """Hosts of answers, with addresses from the documentation range unless named."""
    return [{"address": one} for one in addresses or ("192.0.2.11", "192.0.2.12", "192.0.2.13")]


def wizard(data: dict[str, Any] | None = None, first: str = "") -> WizardApp:
    """The app over a draft of data that nobody saves. first: the page to begin with."""
    draft = Draft(data)
    return WizardApp(draft, EngineRoom(), first=first)


async def until(pilot: Pilot[Any], true: Callable[[], object], seconds: float = 60) -> None:
    """Waits until it is true. Fails after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        await pilot.pause()
        await asyncio.sleep(0.02)


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Types text into what has the focus."""
    for char in text:
        await pilot.press(char)


def shown(app: WizardApp) -> str:
    """The text on the screen, as it is laid out."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)

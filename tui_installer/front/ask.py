"""Asks for a password at the terminal, without showing it and without blocking the loop."""

from __future__ import annotations

import asyncio
import getpass
import sys

from tui_installer.model.secret import Secret


def can_ask() -> bool:
    """Returns whether a user at this terminal can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def ask(prompt: str) -> Secret | None:
    """Returns what the user typed; None if nothing."""
    try:
        typed = await asyncio.to_thread(getpass.getpass, prompt, sys.stderr)
    except EOFError:
        return None
    return Secret(typed) if typed else None

"""The keys that an SSH agent holds."""

from __future__ import annotations

import asyncio

import asyncssh

from tui_installer.remote.clean import clean

SECONDS = 5


async def listed(socket: str) -> tuple[list[str], str]:
    """Returns (``comment (algorithm)`` of each key in the agent's order, or why there is none)."""
    try:
        async with asyncio.timeout(SECONDS):
            async with await asyncssh.connect_agent(socket) as agent:
                found = list(await agent.get_keys())
    except TimeoutError:
        return [], f"does not answer within {SECONDS} s"
    except (OSError, ValueError) as error:
        return [], clean(getattr(error, "strerror", None) or str(error))
    return [clean(f"{_comment(key)} ({key.algorithm.decode()})") for key in found], ""


def _comment(key: asyncssh.SSHKeyPair) -> str:
    try:
        return key.get_comment() or "without a comment"
    except UnicodeDecodeError:
        return "without a readable comment"

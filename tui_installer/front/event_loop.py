"""The event loop of a command: errors in callbacks are reported in one line, not a traceback."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_exception_handler(_report)
        return runner.run(work)


def _report(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    # anyio's UNIX sockets: if data arrives in the loop iteration that closes the socket, the
    # reader's future is set twice. Nothing waits for it any more.
    if isinstance(error, asyncio.InvalidStateError) and "set_result" in context["message"]:
        return
    text = f"{context['message']}: {type(error).__name__}: {error}" if error else context["message"]
    print(f"internal error, the command continues: {text}", file=sys.stderr)

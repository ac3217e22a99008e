"""The event loop of a command: nothing that goes wrong beside the work is told as a traceback."""

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
        runner.get_loop().set_exception_handler(_tell)
        return runner.run(work)


def _tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    # anyio's UNIX sockets: closed in the very turn of the loop in which data comes, the future of
    # the waiting reader is set twice. Nobody waits for it any more.
    if isinstance(error, asyncio.InvalidStateError) and "set_result" in context["message"]:
        return
    told = f"{context['message']}: {type(error).__name__}: {error}" if error else context["message"]
    print(f"internal error, the work goes on: {told}", file=sys.stderr)

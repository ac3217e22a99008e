"""The program with one breakpoint: stops dead there, says so, and waits to be told to go on.

Arguments: the stop as JSON, a descriptor to say it on, one to hear on, then the program's own.
What is wrapped is wrapped from here; the program knows nothing of it.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import sys
import threading
from contextvars import ContextVar
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from chaos.stop import Point, Stop
from tui_installer import cli
from tui_installer.engine.cluster import api, object_step
from tui_installer.engine.core import runner, step
from tui_installer.engine.hosts import deliver, host_step
from tui_installer.model.run.events import OPERATOR
from tui_installer.remote import ssh
from tui_installer.store import atomic

KINDS = (
    host_step.HostStep, object_step.ObjectStep, step.OperatorStep, step.ClusterStep,
)  # fmt: skip
"""Every kind of step that an install has."""
ON_ITS_WAY = 0.1
"""Seconds in which the bytes handed over so far get onto the wire."""


class Breakpoint:
    """Stops once. The whole event loop stands still meanwhile, as in a debugger."""

    def __init__(self, stop: Stop, say: int, hear: int) -> None:
        self._stop, self._say, self._hear = stop, say, hear
        self._here: ContextVar[tuple[str, str] | None] = ContextVar("here", default=None)
        self._operators: tuple[str, str] | None = None
        self._count = 0
        self._lock = threading.Lock()
        self._hit = False

    def install(self) -> None:
        for kind in KINDS:
            kind.run = self._step(kind.run)
        runner._finished = self._finished(runner._finished)
        deliver._stream = self._uploads(deliver._stream)
        ssh.SshHost.run = self._action("command", ssh.SshHost.run)
        api.Api.request = self._action("request", api.Api.request)
        self._writes()

    def _is_here(self) -> bool:
        # A pool's threads have no context, but then only the operator's own step is at work.
        here = self._here.get() or self._operators
        return here == (self._stop.step, self._stop.place)

    def _hit_it(self, what: str) -> None:
        with self._lock:
            if self._hit:
                return
            self._hit = True
        os.write(self._say, json.dumps({"at": what, "count": self._count}).encode() + b"\n")
        os.read(self._hear, 1)

    def _at(self, point: Point, what: str) -> None:
        if self._stop.point is point and self._is_here():
            self._hit_it(what)

    def _act(self, what: str) -> None:
        if self._stop.point is not Point.INSIDE or not self._is_here():
            return
        with self._lock:
            self._count += 1
            now = self._count == self._stop.number
        if now:
            self._hit_it(what)

    def _step(self, real: Any) -> Any:
        @functools.wraps(real)
        async def wrapped(one: Any, run: Any, host: str) -> Any:
            token = self._here.set((one.name, host))
            if host == OPERATOR:
                self._operators = (one.name, host)
            try:
                self._at(Point.BEFORE, "before the step")
                item = await real(one, run, host)
                # A step of few actions, or of no upload, stops at its end.
                self._at(Point.INSIDE, "the step's last moment")
                self._at(Point.UPLOAD, "the step's last moment")
                return item
            finally:
                self._here.reset(token)
                self._operators = None

        return wrapped

    def _finished(self, real: Any) -> Any:
        @functools.wraps(real)
        def wrapped(run: Any, one: Any, place: str, *rest: Any) -> None:
            real(run, one, place, *rest)
            if (one.name, place) == (self._stop.step, self._stop.place):
                token = self._here.set((one.name, place))
                self._at(Point.AFTER, "after the step")
                self._here.reset(token)

        return wrapped

    def _action(self, what: str, real: Any) -> Any:
        @functools.wraps(real)
        async def wrapped(*args: Any, **named: Any) -> Any:
            self._act(f"{what} begins")
            result = await real(*args, **named)
            self._act(f"{what} ended")
            return result

        return wrapped

    def _writes(self) -> None:
        """Every file written here: before it, with the temporary file whole, and after it."""
        real_write, real_sync = atomic.write, os.fsync

        def write(path: Path, *args: Any, **named: Any) -> None:
            self._act(f"write of {path.name} begins")
            real_write(path, *args, **named)
            self._act(f"write of {path.name} ended")

        def sync(handle: int) -> None:
            self._act("a file's sync")
            real_sync(handle)

        atomic.write, os.fsync = write, sync

    def _uploads(self, real: Any) -> Any:
        async def wrapped(files: Any, packed: Any, *rest: Any) -> Any:
            total = sum(deliver._wire(want, packed) for want in files)
            sent, limit = 0, int(total * self._stop.fraction)
            async for chunk in real(files, packed, *rest):
                if self._stop.point is Point.UPLOAD and sent <= limit < sent + len(chunk):
                    yield chunk[: limit - sent]
                    await asyncio.sleep(ON_ITS_WAY)
                    self._at(Point.UPLOAD, f"byte {limit} of {total}")
                    yield chunk[limit - sent :]
                else:
                    yield chunk
                sent += len(chunk)

        return wrapped


if __name__ == "__main__":
    Breakpoint(Stop.of(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).install()
    cli.main(sys.argv[4:])

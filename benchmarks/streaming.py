"""Shows the deploy page with a FAKE stream: 50 hosts, full histories, N lines a second in total.

For `wizard.py`, which runs it on a separate terminal and presses keys. At its end it writes
the event loop's delays as JSON to the file in its first argument.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from tui_installer.engine.operations import INSTALL
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.front.tui.widgets.prompts import Choice
from tui_installer.model.run.events import (
    Level,
    LogLine,
    Planned,
    Progress,
    RunStarted,
    StepStarted,
)
from tui_installer.model.run.history import LINES

HOSTS = tuple(f"master{number:02d}" for number in range(1, 51))
STEPS = tuple(step.name for step in INSTALL.work.pipeline)
TICKS = 20
"""Bursts of lines per second."""
PAUSE = 0.005
"""Seconds between two measurements of the event loop."""
PROGRESS = 10
"""Progress events per second and host; the engine sends no more."""
TEXT = "etcd[4711]: {} raft.node: 8e9e05c52164694d elected leader 8e9e05c52164694d at term {}"


class FakeEngine(EngineRoom):
    """FAKE: a run that never ends."""

    @property
    def running(self) -> bool:
        return True


def fill(engine: EngineRoom) -> None:
    """50 hosts in the middle of their uploads, each with a full log history."""
    apply = engine.state.apply
    apply(RunStarted("bench", "v1.37.2", HOSTS, STEPS))
    for step in STEPS:
        for host in HOSTS:
            apply(Planned(step, host, run=True, reason="create 9 files", changes=9))
    for host in HOSTS:
        apply(StepStarted("etcd-files", host))
        for number in range(LINES):
            apply(LogLine(host, "etcd-files", Level.INFO, TEXT.format(host, number)))


async def stream(engine: EngineRoom, lines: int) -> None:
    """Sends lines at the given rate over all hosts, and their progress, for ever."""
    number, began = 0, time.monotonic()
    for tick in range(10**9):
        for _ in range(lines // TICKS):
            number += 1
            host = HOSTS[number % len(HOSTS)]
            engine.state.apply(LogLine(host, "etcd-files", Level.INFO, TEXT.format(host, number)))
        if tick % (TICKS // PROGRESS) == 0:
            for host in HOSTS:
                done = number * 100_000 % 50_000_000
                engine.state.apply(Progress("etcd-files", host, "upload", done, 50_000_000))
        await asyncio.sleep(max(0.0, began + (tick + 1) / TICKS - time.monotonic()))


async def watch(app: WizardApp, late: list[float], busy: list[float]) -> None:
    """Measures every 5 ms how late the event loop is, and how much of that is its own work (CPU
    seconds of its thread); the rest is other load of this machine."""
    while not isinstance(app.screen, Choice):
        before, used = time.monotonic(), time.thread_time()
        await asyncio.sleep(PAUSE)
        late.append(time.monotonic() - before - PAUSE)
        busy.append(time.thread_time() - used)


async def main(result: Path, lines: int) -> None:
    engine = FakeEngine()
    fill(engine)
    hosts = [{"address": f"192.0.2.{n + 1}", "name": host} for n, host in enumerate(HOSTS)]
    app = WizardApp(Draft({"apiVersion": "tui-installer/v1", "hosts": hosts}), engine,
                    first="deploy")  # fmt: skip
    late: list[float] = []
    busy: list[float] = []

    async def begin() -> None:
        await asyncio.sleep(1)  # the start is not measured here
        await asyncio.gather(stream(engine, lines), watch(app, late, busy))

    task = asyncio.create_task(begin())
    await app.run_async()
    task.cancel()
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    figures = {"late": late, "busy": busy, "memory_mb": used.ru_maxrss / 1024, "cpu_seconds": cpu}
    await asyncio.to_thread(result.write_text, json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))

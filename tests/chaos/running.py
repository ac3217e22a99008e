"""The program at work under the driver, and the command that resumes."""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from site_under_test import outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from site_under_test import Outcome, Site

    from chaos.stop import Stop

DRIVER = Path(__file__).with_name("driver.py")
REACH_SECONDS = 240
END_SECONDS = 300
_NUMBER = itertools.count()


def resume(site: Site, *options: str) -> Outcome:
    """What a person does after anything went wrong, and nothing else."""
    name = site.answers["cluster"]["name"]
    argv = ("--resume", name, "--output", "jsonl", *options)
    done = site.program(*argv, timeout=END_SECONDS)
    return outcome(done.returncode, done.stdout, done.stderr)


class Running:
    """One run. `stopped_at` tells where it stands; then it is told to go on, or killed."""

    def __init__(self, site: Site, stop: Stop, process: subprocess.Popen[bytes]) -> None:
        self.site, self.stop, self.process = site, stop, process
        self.say = self.hear = -1
        self.out = self.err = Path()

    def stopped_at(self) -> str:
        """What the program was about to do. Fails if it ended without coming there."""
        ready, _, _ = select.select([self.hear], [], [], REACH_SECONDS)
        told = os.read(self.hear, 4096) if ready else b""
        if not told:
            self.process.kill()
            raise AssertionError(f"{self.stop} was never reached:\n{self.end().explain()}")
        at: str = json.loads(told)["at"]
        return at

    def go_on(self) -> None:
        with suppress(BrokenPipeError):
            os.write(self.say, b"x")

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def alive_for(self, seconds: float) -> None:
        """Until it ends, no longer than this."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def end(self) -> Outcome:
        """Its outcome, once it ended by itself. A line that kill -9 cut is no event."""
        try:
            code = self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"hangs after {END_SECONDS} s\n{self.out.read_text()}") from None
        lines = self.out.read_text().splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]
        return outcome(code, "".join(whole), self.err.read_text())


@contextmanager
def running(
    site: Site, stop: Stop, *options: str, command: Sequence[str] = ()
) -> Iterator[Running]:
    """Starts it; it is ended with the block. command: another one than the install."""
    folder = site.home / "runs"
    folder.mkdir(exist_ok=True)
    number = next(_NUMBER)
    out, err = folder / f"{number}.out", folder / f"{number}.err"
    hear, say_there = os.pipe()
    hear_there, say = os.pipe()
    rest = [*command, *options] if command else site.command(*options)[3:]
    argv = [sys.executable, str(DRIVER), stop.text(), str(say_there), str(hear_there), *rest]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=site.environ(),
            pass_fds=(say_there, hear_there),
        )
    os.close(say_there)
    os.close(hear_there)
    made = Running(site, stop, process)
    made.say, made.hear, made.out, made.err = say, hear, out, err
    try:
        yield made
    finally:
        process.kill()
        process.wait()
        os.close(say)
        os.close(hear)


def wait_until(told: str, true: object, seconds: float = 60) -> None:
    """Until the condition, a callable, is true."""
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {told}"
        time.sleep(0.05)

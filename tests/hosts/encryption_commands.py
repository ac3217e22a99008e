"""`tui-installer encryption`, as the tests on real hosts call it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from site_under_test import Outcome, Site, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator


def argv(*words: str) -> list[str]:
    return [sys.executable, "-m", "tui_installer", "encryption", *words]


def rotate(site: Site, *options: str) -> Outcome:
    done = subprocess.run(
        argv("rotate", "test", "--output", "jsonl", *options),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        env=site.environ(),
    )
    return outcome(done.returncode, done.stdout, done.stderr)


@contextmanager
def rotating(site: Site, step: str) -> Iterator[subprocess.Popen[str]]:
    """The program once it has begun a step."""
    with subprocess.Popen(
        argv("rotate", "test", "--output", "jsonl"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=site.environ(),
    ) as process:
        try:
            told = [json.loads(line) for line in iter_until(process, step)]
            assert told[-1]["event"] == "StepStarted", told[-1]
            yield process
        finally:
            process.kill()


def iter_until(process: subprocess.Popen[str], step: str) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if f'"event": "StepStarted", "step": "{step}"' in line:
            return


def status(site: Site) -> dict[str, object]:
    done = subprocess.run(
        argv("status", "test", "--output", "json"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
        env=site.environ(),
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found

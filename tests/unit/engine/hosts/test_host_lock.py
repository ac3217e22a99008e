"""The lock of a host: its script by the real sh, here."""

from __future__ import annotations

import asyncio
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import FakeHost

from tui_installer.engine.hosts import host_lock
from tui_installer.engine.hosts.facts import script
from tui_installer.engine.hosts.host_lock import Claim, HostLock
from tui_installer.errors import ConnectionFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_installer.remote.host import Completed

ME, OTHER = "owner1", "owner2"


class Holding:
    """One run of the script."""

    def __init__(self, file: Path, owner: str, how: str, silence: str) -> None:
        argv = [
            "sh",
            "-c",
            script("lock.sh"),
            "sh",
            str(file),
            owner,
            f"{owner} here",
            how,
            silence,
        ]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        self.said = self.process.stderr.readline().rstrip("\n")

    def ended(self, seconds: float = 10) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@contextmanager
def holding(
    file: Path, owner: str = ME, how: str = "keep", silence: str = "30"
) -> Iterator[Holding]:
    made = Holding(file, owner, how, silence)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        for stream in (made.process.stdin, made.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_a_second_owner_learns_who_has_it_and_ends(file: Path) -> None:
    with holding(file) as first, holding(file, OTHER) as second:
        assert first.said == "held"
        assert second.said == "busy owner1 here"
        assert second.ended()
        assert first.process.poll() is None


def test_the_end_of_stdin_frees_it_and_leaves_no_name(file: Path) -> None:
    with holding(file) as first:
        assert first.process.stdin is not None
        first.process.stdin.close()
        assert first.ended()
    assert file.read_text() == ""
    with holding(file, OTHER) as second:
        assert second.said == "held"


def test_a_line_now_and_then_keeps_it_and_silence_frees_it(file: Path) -> None:
    with holding(file, silence="1") as first:
        assert first.process.stdin is not None
        for _ in range(4):
            time.sleep(0.4)
            first.process.stdin.write("\n")
            first.process.stdin.flush()
        assert first.process.poll() is None
        assert first.ended()


def test_a_killed_holder_is_reported_by_name_to_the_next(file: Path) -> None:
    with holding(file) as first:
        first.process.kill()
        first.process.wait()
        with holding(file, OTHER) as second:
            assert second.said == "taken owner1 here"


def test_ones_own_that_still_waits_for_a_lost_connection_makes_way(file: Path) -> None:
    with holding(file) as first, holding(file) as second:
        assert second.said == "taken owner1 here"
        assert first.ended()
        with holding(file, OTHER) as third:
            assert third.said == "busy owner1 here"


def test_breaking_takes_it_from_another(file: Path) -> None:
    with holding(file) as first, holding(file, OTHER, "break") as second:
        assert second.said == "taken owner1 here"
        assert first.ended()


def test_breaking_ends_no_process_that_only_has_the_number(file: Path) -> None:
    """Numbers are used again: who does not have the file open is none of ours."""
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        with holding(file) as first:
            file.write_text(f"{ME} {stranger.pid} {ME} here\n")
            second = subprocess.Popen(
                ["sh", "-c", script("lock.sh"), "sh", str(file), OTHER, "x", "break", "5"],
                stdin=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(0.5)
            assert stranger.poll() is None
            assert first.process.poll() is None
            second.kill()
            second.communicate()
    finally:
        stranger.kill()
        stranger.wait()


def test_the_file_is_for_root_alone(file: Path) -> None:
    with holding(file):
        assert file.stat().st_mode & 0o777 == 0o600


class Silent(FakeHost):
    """A host whose script neither ends nor says anything."""

    async def run(self, *_: object, **__: object) -> Completed:
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_host_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_lock, "PATIENCE", 0.1)
    silent = Silent(kube_samples.hosts(1)[0])
    with pytest.raises(ConnectionFailed, match=r"did not answer within 0\.1 s"):
        await HostLock().take(silent, Claim(ME, "me"), lambda _: None)

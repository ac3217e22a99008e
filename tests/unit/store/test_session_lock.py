"""The lock of a session, between real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tui_installer.store import session_lock
from tui_installer.store.session_lock import RUN, WIZARD, Holder, SessionBusy, SessionLock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOLD = """
import sys, time
from pathlib import Path
from tui_installer.store.session_lock import SessionLock
lock = SessionLock.take(Path(sys.argv[1]), sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""
HAND_OVER = """
import subprocess, sys
from pathlib import Path
from tui_installer.store.session_lock import SessionLock
lock = SessionLock.take(Path(sys.argv[1]), "wizard")
child = (
    "import sys\\n"
    "from tui_installer.store.session_lock import SessionLock\\n"
    "lock = SessionLock.given(int(sys.argv[1]))\\n"
    "lock.write_holder('run')\\n"
    "print('held', flush=True)\\n"
    "sys.stdin.read()\\n"
    "lock.done()\\n"
)
argv = [sys.executable, "-c", child, str(lock.handle)]
subprocess.Popen(argv, pass_fds=(lock.handle,)).wait()
"""


def start(script: str, *argv: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", script, *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prod"


@pytest.fixture
def other(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds it."""
    process = start(HOLD, str(folder), RUN)
    yield process
    end(process)


def test_a_second_one_learns_who_has_it_and_what_to_do(folder: Path, other) -> None:
    with pytest.raises(SessionBusy) as caught:
        SessionLock.take(folder, WIZARD)
    assert caught.value.code == 2
    assert caught.value.message == "the session prod is in use"
    assert f"run, pid {other.pid}, since " in caught.value.details[0]
    assert "tui-installer attach prod" in caught.value.hint
    assert caught.value.holder is not None
    assert caught.value.holder.pid == other.pid


def test_who_holds_it_can_be_asked_without_disturbing(folder: Path, other) -> None:
    for _ in range(20):
        assert session_lock.held(folder)
    found = session_lock.holder(folder)
    assert found is not None
    assert (found.pid, found.what) == (other.pid, RUN)


def test_of_a_killed_process_nothing_is_left_but_its_name(folder: Path, other) -> None:
    end(other)
    assert not session_lock.held(folder)
    assert session_lock.holder(folder) is None
    lock = SessionLock.take(folder, RUN)
    assert lock.former is not None
    assert lock.former.pid == other.pid
    lock.done()


def test_after_an_orderly_end_nobody_is_named(folder: Path) -> None:
    with SessionLock.take(folder, WIZARD) as lock:
        assert lock.former is None
        assert session_lock.held(folder)
    assert not session_lock.held(folder)
    with SessionLock.take(folder, RUN) as lock:
        assert lock.former is None


def test_a_child_that_it_was_handed_to_keeps_it_when_its_parent_is_killed(folder: Path) -> None:
    parent = start(HAND_OVER, str(folder))
    holder = session_lock.holder(folder)
    assert holder is not None
    assert holder.what == RUN
    assert holder.pid != parent.pid
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    with pytest.raises(SessionBusy):
        SessionLock.take(folder, WIZARD)
    os.kill(holder.pid, signal.SIGKILL)
    parent.communicate()
    with SessionLock.take(folder, WIZARD) as lock:
        assert lock.former is not None
        assert lock.former.pid == holder.pid


@pytest.mark.parametrize("text", ["", "junk", "[]", '{"pid": "x"}', "\x00" * 5000])
def test_a_damaged_name_locks_all_the_same(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / session_lock.FILE).write_text(text)
    with SessionLock.take(folder, RUN) as lock:
        assert lock.former is None
        with pytest.raises(SessionBusy):
            SessionLock.take(folder, RUN)


def test_a_holder_is_told_in_a_line() -> None:
    told = str(Holder(7, "jump1", "ada", 0.0, RUN))
    assert told.startswith("ada on jump1, run, pid 7, since 1970-01-01")


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "NaN", "18446744073709551616"])
def test_a_holder_since_no_time_is_none(number: str) -> None:
    text = f'{{"pid": 1, "host": "h", "user": "u", "since": {number}, "what": "run"}}'
    assert session_lock._holder(text.encode()) is None
    assert session_lock._holder(text.replace(number, "1e3").encode()) is not None
    assert session_lock._holder(text.replace("1,", "1e999,", 1).encode()) is None

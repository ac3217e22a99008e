"""A journal read back: its header, its last run, its end cut short anywhere, as it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.run.events import Level, LogLine, RunFinished, RunStarted, StepStarted
from tui_installer.store import journal_lines
from tui_installer.store.journal import Journal
from tui_installer.store.journal_lines import Follower, last_run

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.run.events import Event

STARTED = RunStarted("c", "v1.37.2", ("m1",), ("etcd",))
RUN: tuple[Event, ...] = (
    STARTED,
    StepStarted("etcd", "m1"),
    LogLine("m1", "etcd", Level.INFO, "a line with ünïcode \u2028 and more"),
    RunFinished(0, 1.5, 2, 0, ()),
)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Of two runs."""
    path = tmp_path / "journal.jsonl"
    for _ in range(2):
        with Journal(path) as file:
            for event in RUN:
                file.record(event)
    return path


def events(path: Path, offset: int = 0) -> list[Event]:
    return [event for _, event in Follower(path, offset).read()]


def test_everything_comes_back_in_order(journal: Path) -> None:
    assert events(journal) == [*RUN, *RUN]


def test_the_last_run_is_found_from_the_end(journal: Path) -> None:
    assert events(journal, last_run(journal)) == list(RUN)


def test_without_a_run_there_is_nothing(tmp_path: Path) -> None:
    assert last_run(tmp_path / "none") == 0
    (tmp_path / "empty").touch()
    assert last_run(tmp_path / "empty") == 0
    with Journal(tmp_path / "begun"):
        pass
    assert events(tmp_path / "begun", last_run(tmp_path / "begun")) == []


def test_it_is_followed_as_it_grows_whole_lines_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    follower = Follower(path)
    assert follower.read() == []
    with Journal(path) as file:
        file.record(STARTED)
        assert [event for _, event in follower.read()] == [STARTED]
        with path.open("ab") as raw:
            raw.write(b'{"time": 1, "event": "StepSta')
            raw.flush()
            assert follower.read() == []
            raw.write(b'rted", "step": "etcd", "host": "m1"}\n')
        assert follower.read() == [(1.0, StepStarted("etcd", "m1"))]


def test_a_journal_cut_at_any_byte_of_its_last_200_goes_on(journal: Path) -> None:
    whole = journal.read_bytes()
    for cut in range(1, 201):
        journal.write_bytes(whole[:-cut])
        left = events(journal)
        with Journal(journal) as file:
            file.record(STARTED)
        found = events(journal)
        ended = whole[:-cut].endswith(b"\n")
        assert found[: len(left)] == left
        assert found[-1] == STARTED
        notices = found[len(left) : -1]
        assert len(notices) == (0 if ended else 1)
        assert all("is incomplete" in one.text for one in notices if isinstance(one, LogLine))


def test_lines_that_make_no_sense_are_counted_and_left_out(journal: Path) -> None:
    whole = journal.read_bytes().splitlines(keepends=True)
    bad = [b"\xff\x00junk\n", b"[]\n", b'{"event": "Nonsense"}\n', b'{"time": "x"}\n']
    journal.write_bytes(b"".join([whole[0], *bad, *whole[1:]]))
    follower = Follower(journal)
    assert [event for _, event in follower.read()] == [*RUN, *RUN]
    assert follower.bad == len(bad)


def test_a_newer_journal_is_refused_and_left_alone(journal: Path) -> None:
    text = journal.read_bytes().replace(b'"schema": 1', b'"schema": 99', 1)
    journal.write_bytes(text)
    with pytest.raises(UsageError, match="newer tui-installer"):
        Journal(journal)
    assert journal.read_bytes() == text


@pytest.mark.parametrize("line", [b"junk\n", b"{}\n", b'{"event": "Journal"}\n', b"\x00\x00\n"])
def test_what_is_no_journal_is_named_and_never_written_to(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(line)
    with pytest.raises(InstallerError) as caught:
        Journal(path)
    assert f"{path}:1 is damaged" in caught.value.message
    assert "move it away" in caught.value.hint
    assert path.read_bytes() == line


def test_catching_up_leaves_out_old_log_lines_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_lines, "KEPT", 3)
    path = tmp_path / "journal.jsonl"
    lines = [LogLine("m1", "etcd", Level.INFO, str(n)) for n in range(10)]
    with Journal(path) as file:
        for event in (STARTED, *lines, RUN[-1]):
            file.record(event)
    found = [event for _, event in Follower(path).catch_up()]
    assert found == [STARTED, *lines[-3:], RUN[-1]]


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "NaN", "-1", "null", "253402300800"])
def test_a_time_that_no_calendar_has_makes_a_line_bad(tmp_path: Path, number: str) -> None:
    path = tmp_path / "journal.jsonl"
    line = b'{"time": %s, "event": "StepStarted", "step": "etcd", "host": "m1"}\n'
    path.write_bytes(journal_lines.HEADER + line % number.encode())
    follower = Follower(path)
    assert follower.read() == []
    assert follower.bad == 1


@pytest.mark.parametrize("length", [journal_lines.LONGEST, journal_lines.MOST])
@pytest.mark.parametrize("way", ["read", "catch_up"])
def test_a_line_longer_than_any_event_is_left_out_and_the_next_is_read(
    way: str, length: int, journal: Path
) -> None:
    whole = journal.read_bytes()
    at = last_run(journal)
    journal.write_bytes(whole[:at] + b"[" * length + b"]\n" + whole[at:])
    follower = Follower(journal)
    found = [event for _ in range(3) for _, event in getattr(follower, way)()]
    assert found == [*RUN, *RUN]
    assert follower.bad == 1
    assert [told for told in journal_lines.damage(journal) if "it is not an event" in told]

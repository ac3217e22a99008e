"""The session folder, whole writes and the journal."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tui_installer.errors import InstallerError
from tui_installer.model.run.events import (
    Level,
    LogLine,
    Outcome,
    Progress,
    RunStarted,
    StepFinished,
    from_json,
)
from tui_installer.model.secret import Secret
from tui_installer.store import atomic, paths
from tui_installer.store.journal import Journal
from tui_installer.store.session_folder import SessionFolder
from tui_installer.store.session_lock import RUN, SessionLock

if TYPE_CHECKING:
    from collections.abc import Iterator


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("wanted", [0o600, 0o644])
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_a_file_has_its_mode_whatever_the_umask(tmp_path: Path, wanted: int, umask: int) -> None:
    before = os.umask(umask)
    try:
        atomic.write(tmp_path / "a", b"x", mode=wanted)
    finally:
        os.umask(before)
    assert mode(tmp_path / "a") == wanted


def test_a_file_is_its_owners_alone_from_the_first_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    fdopen = os.fdopen
    monkeypatch.setattr(
        atomic.os, "fdopen", lambda fd, how: (seen.append(os.fstat(fd).st_mode), fdopen(fd, how))[1]
    )
    atomic.write(tmp_path / "a", b"x")
    assert [stat.S_IMODE(found) for found in seen] == [0o600]


def test_new_folders_are_ones_own_and_old_ones_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir(mode=0o755)
    atomic.write(tmp_path / "old/new/newer/a", b"x")
    assert [mode(tmp_path / p) for p in ("old", "old/new", "old/new/newer")] == [
        0o755,
        0o700,
        0o700,
    ]


def test_a_reader_has_the_old_file_whole_while_the_new_one_comes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        atomic.write(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


LIMITED = """
import resource, signal, sys
from pathlib import Path
from tui_installer.errors import InstallerError
from tui_installer.store import atomic
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    atomic.write(Path(sys.argv[1]), b"n" * 5000)
except InstallerError as error:
    print(error.message)
"""


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"cannot write {path}: File too large\n"
    assert path.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "home"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_leaves_the_old_file_and_says_so(small_disk: Path) -> None:
    path = small_disk / "a"
    atomic.write(path, b"old")
    with pytest.raises(InstallerError) as caught:
        atomic.write(path, b"n" * 100_000)
    assert caught.value.message == f"cannot write {path}: No space left on device"
    assert path.read_bytes() == b"old"
    assert list(small_disk.iterdir()) == [path]


def test_a_journal_on_a_full_disk_says_so(small_disk: Path) -> None:
    line = LogLine("m1", "etcd", Level.INFO, "x" * 20_000)
    with Journal(small_disk / "journal.jsonl") as journal, pytest.raises(InstallerError) as caught:
        journal.record(line)
    assert caught.value.message == (
        f"cannot write the journal {small_disk}/journal.jsonl: No space left on device"
    )


def test_a_folder_in_the_files_place_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(InstallerError, match="Is a directory"):
        atomic.write(tmp_path / "a", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "home"]


def test_a_file_in_the_folders_place_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(InstallerError, match="Not a directory"):
        atomic.write(tmp_path / "a/b", b"x")


@pytest.fixture
def folder(tmp_path: Path) -> SessionFolder:
    return SessionFolder(tmp_path / "state/c")


def test_a_certificate_and_its_key_come_back_and_only_the_key_is_secret(
    folder: SessionFolder,
) -> None:
    folder.write_cert("master01/server", b"CERT", Secret("KEY"))
    assert folder.read_cert("master01/server") == (b"CERT", Secret("KEY"))
    assert mode(folder.cert_path("master01/server")) == 0o644
    assert mode(folder.key_path("master01/server")) == 0o600
    for path in (folder.root.parent, folder.root, folder.pki, folder.pki / "master01"):
        assert mode(path) == 0o700


@pytest.mark.parametrize("half", ["cert_path", "key_path"])
def test_half_a_pair_is_no_certificate(folder: SessionFolder, half: str) -> None:
    folder.write_cert("a", b"CERT", Secret("KEY"))
    getattr(folder, half)("a").unlink()
    assert folder.read_cert("a") is None


def test_a_pair_that_was_cut_is_no_certificate(
    folder: SessionFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def cut(path: Path, data: bytes, **_: int) -> None:
        done.append(path)
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        folder.write_cert("a", b"CERT", Secret("KEY"))
    assert done == [folder.key_path("a")]


def test_secrets_public_texts_kubeconfig_and_result_come_back(folder: SessionFolder) -> None:
    folder.write_secret("sa.key", Secret("s"))
    folder.write_public("sa.pub", b"p")
    folder.write_kubeconfig(Secret("k"))
    result = folder.write_result({"exit_code": 0, "name": "é"})
    assert (folder.read_pki("sa.key"), folder.read_pki("sa.pub")) == (b"s", b"p")
    assert folder.kubeconfig.read_bytes() == b"k"
    assert json.loads(result.read_text()) == {"exit_code": 0, "name": "é"}
    assert [mode(folder.pki / name) for name in ("sa.key", "sa.pub")] == [0o600, 0o644]
    assert [mode(path) for path in (folder.kubeconfig, result)] == [0o600, 0o600]


def test_what_was_never_written_is_none(folder: SessionFolder) -> None:
    assert folder.read_cert("a") is None
    assert folder.read_pki("a") is None
    assert not folder.root.exists()


def test_what_cannot_be_read_is_an_error_that_says_so(folder: SessionFolder) -> None:
    (folder.pki / "sa.key").mkdir(parents=True)
    with pytest.raises(InstallerError, match=r"cannot read .*/sa\.key: Is a directory"):
        folder.read_pki("sa.key")


def test_the_state_lies_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_INSTALLER_HOME", "~/mine")
    monkeypatch.setenv("HOME", "/home/someone")
    assert paths.session_folder("c") == Path("/home/someone/mine/c")
    monkeypatch.delenv("TUI_INSTALLER_HOME")
    monkeypatch.setenv("XDG_STATE_HOME", "/xdg")
    assert paths.session_folder("c") == Path("/xdg/tui-installer/c")


STARTED = RunStarted("c", "v1.37.2", ("m1",), ("etcd",))
ENDED = StepFinished("etcd", "m1", Outcome.OK, "é 'x' \n", 1.5)


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_journal_keeps_every_event_but_of_progress_one_a_second_and_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, now = tmp_path / "state/journal.jsonl", 1000.0
    monkeypatch.setattr(time, "time", lambda: now)
    at = [Progress("etcd", "m1", "upload", done, 5) for done in (1, 2, 3, 5)]
    with Journal(path) as journal:
        journal.record(STARTED)
        for seconds, event in zip((0.0, 0.5, 1.0, 1.1), at, strict=True):
            now = 1000.0 + seconds
            journal.record(event)
        journal.record(ENDED)
    first, *lines = read(path)
    assert first == {"event": "Journal", "schema": 1}
    assert [line.pop("time") for line in lines] == [1000.0, 1000.0, 1001.0, 1001.1, 1001.1]
    assert [from_json(line) for line in lines] == [STARTED, at[0], at[2], at[3], ENDED]
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


def test_a_later_run_adds_to_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    for _ in range(2):
        with Journal(path) as journal:
            journal.record(STARTED)
    assert [line["event"] for line in read(path)] == ["Journal", "RunStarted", "RunStarted"]


def test_a_line_is_in_the_journal_as_soon_as_it_is_recorded(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:
        journal.record(STARTED)
        assert read(tmp_path / "journal.jsonl")[-1]["event"] == "RunStarted"


def test_any_text_goes_into_the_journal(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:
        journal.record(LogLine("m1", "etcd", Level.INFO, "\ud800\x00\u2028"))
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == 2


def test_a_journal_that_cannot_be_opened_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").mkdir()
    with pytest.raises(InstallerError) as caught:
        Journal(tmp_path / "journal.jsonl")
    assert caught.value.message.endswith("journal.jsonl: Is a directory")
    assert "TUI_INSTALLER_HOME" in caught.value.hint


def test_what_a_killed_writer_left_goes_when_the_session_is_taken(tmp_path: Path) -> None:
    whole = tmp_path / "s" / "pki" / "m1" / "server.pem"
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tui_installer.store import atomic\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "atomic.write(Path(sys.argv[1]), b'new')\n"
    )
    whole.parent.mkdir(parents=True)
    whole.write_bytes(b"old")
    subprocess.run([sys.executable, "-c", script, str(whole)], check=False)
    assert len(list(whole.parent.iterdir())) == 2
    SessionLock.take(tmp_path / "s", RUN).done()
    assert [one.name for one in whole.parent.iterdir()] == ["server.pem"]
    assert whole.read_bytes() == b"old"

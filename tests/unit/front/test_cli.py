"""The command line: exit codes and what a person is told."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from repo_root import ROOT
from ssh_configs import client

from tui_installer import cli
from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.front import command_line
from tui_installer.front.stoppable import SIGNALS, stoppable
from tui_installer.remote import ssh_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui_installer.engine.core.stop import Stop

MINIMAL = "apiVersion: tui-installer/v1\nhosts:\n- address: 192.0.2.11\n"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.yaml"
    path.write_text(MINIMAL)
    return path


@pytest.fixture
def doing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], int]:
    """Runs a command that does what the test says."""

    def run(work: Callable[[], object]) -> int:
        args = argparse.Namespace(run=lambda _: work())
        monkeypatch.setattr(command_line, "parse", lambda _: args)
        return cli.run([])

    return run


def raising(error: BaseException) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work


def test_without_a_terminal_and_answers_it_is_said_how_to_go_on(capsys) -> None:
    assert cli.run([]) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert "tui-installer --answers FILE" in done.err


def test_help_tells_the_exit_codes(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(["--help"])
    assert caught.value.code == 0
    assert "0 ok, 1 a step failed, 2 usage or answers, 3 connection" in capsys.readouterr().out


def test_the_version_is_told_even_from_a_source_tree(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.strip()


def test_answers_that_are_in_order_are_said_to_be(
    answers: Path, capsys, tmp_path, monkeypatch
) -> None:
    """With each host's login, and where it comes from."""
    config = "Host 192.0.2.11\n  User ops\n  ProxyJump jump@192.0.2.9\n"
    monkeypatch.setenv("PATH", client(tmp_path, config))
    ssh_config.forget()
    assert cli.run(["--answers", str(answers), "--check"]) == 0
    ssh_config.forget()
    file = tmp_path / "ssh_config"
    assert capsys.readouterr().out.splitlines() == [
        f"{answers}: ok: Kubernetes v1.37.2, cluster kubernetes, 1 hosts",
        "  master01: ops@192.0.2.11:22 through jump@192.0.2.9:22",
        f"    user ops, from {file} line 2",
        f"    jump host jump@192.0.2.9:22, from {file} line 3",
        f"    jump host 192.0.2.9: user jump, from {file} line 3",
    ]


@pytest.mark.parametrize("mode", [[], ["--check"], ["--plan"]])
def test_an_answers_file_that_is_not_there_is_2_and_named(
    tmp_path: Path, mode: list[str], capsys
) -> None:
    path = tmp_path / "gone.yaml"
    assert cli.run(["--answers", str(path), *mode]) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert str(path) in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("mode", [[], ["--check"], ["--plan"]])
def test_wrong_answers_are_2_with_every_place(answers: Path, mode: list[str], capsys) -> None:
    answers.write_text(MINIMAL + "clusterr: {}\nkubernetes: {version: v9.9.9}\n")
    assert cli.run(["--answers", str(answers), *mode]) == 2
    err = capsys.readouterr().err
    assert f"{answers}:4:1" in err
    assert f"{answers}:5:" in err
    assert not Path(os.environ["TUI_INSTALLER_HOME"]).exists()


def test_the_example_is_an_answers_file(tmp_path: Path, capsys) -> None:
    assert cli.run(["answers", "example"]) == 0
    path = tmp_path / "example.yaml"
    path.write_text(capsys.readouterr().out)
    assert cli.run(["--answers", str(path), "--check"]) == 0


def test_the_schema_is_json(capsys) -> None:
    assert cli.run(["answers", "schema"]) == 0
    assert "hosts" in json.loads(capsys.readouterr().out)["properties"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(InstallerError("no", hint="do"), 1), (ConnectionFailed("no", hint="do"), 3)],
)
def test_an_error_of_ours_is_its_own_code(doing, error: InstallerError, code: int, capsys) -> None:
    assert doing(raising(error)) == code
    assert capsys.readouterr().err == "error: no\n  Next: do\n"


def test_an_internal_error_is_4_without_traceback_or_the_errors_words(doing, capsys) -> None:
    assert doing(raising(RuntimeError("hunter2"))) == 4
    done = capsys.readouterr()
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[0] == "error: internal error: RuntimeError"
    assert lines[1].startswith(f"  at {__file__}:")
    assert lines[2].startswith("  Next: this is a bug; TUI_INSTALLER_DEBUG=1 shows the traceback")
    assert "Traceback" not in done.err
    assert "hunter2" not in done.err


def test_an_internal_error_is_shown_in_full_to_one_who_asks(
    doing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_INSTALLER_DEBUG", "1")
    with pytest.raises(RuntimeError, match="hunter2"):
        doing(raising(RuntimeError("hunter2")))


def test_an_interrupted_command_is_130_and_says_how_to_go_on(doing, capsys) -> None:
    assert doing(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "interrupted; run the same command again to continue\n"


@pytest.fixture
def own_signals() -> Iterator[None]:
    """The handlers there were come back."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_stops_the_work_in_order(doing, own_signals, number: signal.Signals) -> None:
    ended: list[object] = []

    async def work(_: Stop) -> None:
        os.kill(os.getpid(), number)
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            ended.append(number)

    assert doing(lambda: stoppable(work, lambda: ended.append("told"))) == 130
    assert ended == ["told", number]


def test_signals_after_the_end_do_nothing(doing, own_signals) -> None:
    async def work(_: Stop) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(30)

    assert doing(lambda: stoppable(work)) == 130
    assert {signal.getsignal(number) for number in SIGNALS} == {signal.SIG_IGN}


def python(
    code: str, stdout: int = subprocess.PIPE, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )


@pytest.mark.parametrize("command", [["answers", "example"], ["answers", "schema"]])
def test_a_reader_that_goes_away_is_no_traceback(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = python(f"from tui_installer.cli import main; main({command!r})", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_run_whose_reader_goes_away_is_not_told_as_good() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    code = (
        "from tui_installer import cli\n"
        "from tui_installer.front.text.jsonl import jsonl\n"
        "from tui_installer.model.run.events import StepStarted\n"
        "from argparse import Namespace\n"
        "from tui_installer.front import command_line\n"
        "from tui_installer.front.stoppable import stoppable\n"
        "async def work(stop): jsonl(StepStarted('etcd', 'm1'))\n"
        "args = Namespace(run=lambda _: stoppable(work))\n"
        "command_line.parse = lambda _: args\n"
        "cli.main([])"
    )
    done = python(code, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_terminal_of_another_encoding_ends_no_run(tmp_path: Path) -> None:
    path = tmp_path / "é.yaml"
    path.write_text(MINIMAL)
    code = f"from tui_installer.cli import main; main(['--answers', {str(path)!r}, '--check'])"
    done = python(code, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "e.yaml: ok" in done.stdout

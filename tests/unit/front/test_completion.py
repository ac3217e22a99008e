"""Completion scripts: they know every command and option, and shells can read them."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tui_installer import cli
from tui_installer.front import commands
from tui_installer.front.command_line import leaves, parser_of

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = ("bash", "zsh", "fish")
ASK = """\
source "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_shtab_tui_installer 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""bash -c ASK SCRIPT WORDS: what bash would offer for the last word."""


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def printed(shell: str) -> Path:
        assert cli.run(["completion", shell]) == 0
        path = tmp_path / shell
        path.write_text(capsys.readouterr().out)
        return path

    return printed


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_mentions_every_command_and_option(shell: str, script) -> None:
    text = script(shell).read_text()
    for path, command in leaves():
        for word in path.split():
            assert word in text
        for option in parser_of(command, "").options():
            assert (f"-l {option[2:]} " if shell == "fish" else option) in text
    assert not any(f" {name}" in text for name in commands.HIDDEN if shell == "bash")


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shutil.which(shell)])
def test_a_shell_reads_its_script(shell: str, script) -> None:
    done = subprocess.run(
        [shell, "-n", str(script(shell))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["enc"], ["encryption"]),
        (["encryption", ""], ["rotate", "status"]),
        (["encryption", "rotate", "--pl"], ["--plan"]),
        (["audit", "--output", ""], ["plain", "json"]),
        (["--ans"], ["--answers"]),
        (["completion", ""], [*SHELLS]),
        (["lab", "up", "--base", ""], ["bullseye", "bookworm", "trixie"]),
        (["lab", "down", "--bases", "--f"], ["--folder"]),
        (["--plan", "--answers", "/etc/hostn"], ["/etc/hostname"]),
        (["sessions", "list", "--det"], [""]),
    ],
)
def test_bash_offers_what_fits(words: list[str], offered: list[str], script) -> None:
    argv = ["bash", "--norc", "-c", ASK, str(script("bash")), "tui-installer", *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == offered


def test_another_shell_is_refused_with_those_there_are(capsys) -> None:
    assert cli.run(["completion", "tcsh"]) == 2
    said = capsys.readouterr().err
    assert all(shell in said for shell in SHELLS)

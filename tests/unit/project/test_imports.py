"""The import wall as it stands at run time, where the static contracts do not look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from loaded_modules import HEAVY, importing, loaded_by, modules, ours
from repo_root import ROOT


def test_the_model_knows_nothing_of_the_rest() -> None:
    found = importing(*modules("tui_installer.model"))
    assert ours(found) <= {"tui_installer.model", "tui_installer.errors"}
    assert not found & {*HEAVY, "httpx"}


def test_the_engine_knows_no_screen_and_no_front_end() -> None:
    found = importing(*modules("tui_installer.engine"))
    assert not found & {"textual", "rich"}
    assert not ours(found) & {"tui_installer.front", "tui_installer.actions", "tui_installer.cli"}


@pytest.mark.parametrize(
    "package",
    ["remote", "pki", "kubernetes", "release", "store", "lab"],
)
def test_the_parts_below_the_engine_do_not_know_each_other(package: str) -> None:
    name = f"tui_installer.{package}"
    found = importing(*modules(name))
    assert ours(found) <= {name, "tui_installer.model", "tui_installer.errors"}
    assert "cryptography" not in found or package in {"pki", "remote"}  # asyncssh stands on it
    assert "asyncssh" not in found or package == "remote"


@pytest.mark.parametrize("module", ["plain", "jsonl", "report", "card", "show_plan", "style"])
def test_plain_output_needs_neither_ssh_nor_cryptography_nor_screens(module: str) -> None:
    found = importing(f"tui_installer.front.text.{module}")
    assert not found & {*HEAVY, "httpx"}
    assert not ours(found) & {"tui_installer.engine", "tui_installer.remote"}


@pytest.mark.parametrize(
    "argv", [["--help"], ["--version"], ["answers", "example"], ["answers", "schema"]]
)
def test_commands_that_only_tell_start_without_the_heavy_libraries(argv: list[str]) -> None:
    found = loaded_by(
        "import contextlib, io, tui_installer.cli\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()), "
        "contextlib.redirect_stderr(io.StringIO()):\n"
        f"    tui_installer.cli.run({argv!r})"
    )
    assert not found & HEAVY


def test_a_check_of_plain_answers_loads_no_heavy_library(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("apiVersion: tui-installer/v1\nhosts: [{address: 192.0.2.11}]\n")
    found = loaded_by(
        "import contextlib, io, tui_installer.cli\n"
        "with contextlib.redirect_stdout(io.StringIO()) as said:\n"
        f"    code = tui_installer.cli.run(['--answers', {str(file)!r}, '--check'])\n"
        "assert code == 0 and 'ok: ' in said.getvalue()"
    )
    assert not found & HEAVY


def test_the_contracts_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout

"""The import wall as it stands at run time, where the static contracts do not look."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from repo_root import ROOT

HEAVY = {"textual", "rich", "asyncssh", "cryptography"}


def modules(package: str) -> list[str]:
    """The package and everything in it."""
    folder = ROOT / package.replace(".", "/")
    if not folder.is_dir():
        return [package]
    found = pkgutil.walk_packages([str(folder)], f"{package}.")
    return [package, *(module.name for module in found)]


def loaded_by(code: str) -> set[str]:
    """Names of all modules after the code ran in a Python of its own."""
    # httpx has a command line of its own, with rich, where click happens to be installed.
    before = "import sys; sys.modules['click'] = None"
    told = "sys.stderr.write('\\n'.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{code}\n{told}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines())


def importing(*names: str) -> set[str]:
    return loaded_by("".join(f"import {name}\n" for name in names))


def ours(found: set[str]) -> set[str]:
    """The packages of ours one level down: ``tui_installer.model``."""
    return {".".join(name.split(".")[:2]) for name in found if name.startswith("tui_installer.")}


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
    found = importing(f"tui_installer.front.{module}")
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


def test_the_contracts_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout

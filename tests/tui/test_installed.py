"""The wheel in an empty environment, with what is locked and nothing else, not the sources."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml
from repo_root import ROOT
from tmux import Terminal

from tui_installer import __version__

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, *argv: str) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=folder, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """tui-installer, installed as its users do."""
    folder = tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "-q", "--disable-pip-version-check")
    run(
        folder, sys.executable, *pip, "wheel", "--no-deps", "--no-build-isolation",
        "-w", "wheels", str(ROOT),
    )  # fmt: skip
    (wheel,) = (folder / "wheels").iterdir()
    run(folder, sys.executable, "-m", "venv", "venv")
    lock = str(ROOT / "requirements/runtime.txt")
    python = str(folder / "venv/bin/python")
    run(folder, python, *pip, "install", "--no-deps", "--require-hashes", "-r", lock)
    run(folder, python, *pip, "install", "--no-deps", "--no-index", str(wheel))
    run(folder, python, *pip, "check")
    return folder / "venv/bin/tui-installer"


def test_it_tells_its_version_and_the_example(program: Path, tmp_path: Path):
    assert __version__ in run(tmp_path, str(program), "--version")
    example = yaml.safe_load(run(tmp_path, str(program), "answers", "example"))
    assert example["apiVersion"] == "tui-installer/v1"


def test_it_brings_its_license(program: Path, tmp_path: Path):
    code = (
        "from importlib.metadata import distribution\n"
        "ours = distribution('tui-installer')\n"
        "print(ours.metadata['License-Expression'], ours.metadata['License-File'])\n"
        "print(ours.read_text('licenses/LICENSE'))\n"
    )
    first, _, text = run(tmp_path, str(program.with_name("python")), "-c", code).partition("\n")
    assert first == "Apache-2.0 LICENSE"
    assert text.strip() == (ROOT / "LICENSE").read_text().strip()
    assert "Copyright 2026 The tui-installer authors" in text


def test_the_wizards_first_frame_is_drawn(program: Path, tmp_path: Path):
    env = {"TUI_INSTALLER_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    with Terminal(tmp_path, [str(program)], env) as terminal:
        terminal.wait(f"tui-installer {__version__}")
        terminal.press("C-q")
        assert terminal.ended() == 0


def test_identities_without_the_extra_say_how_to_get_it(program: Path, tmp_path: Path):
    """The environment of the other tests has sigstore; this one really has not."""
    (tmp_path / "root.json").write_text("{}")
    code = (
        "from pathlib import Path\n"
        "from tui_installer.engine.cluster.trust import trust_of\n"
        "from tui_installer.model.spec import Signature, Source, SourceKind\n"
        f"wanted = Signature(None, 'a@b.c', 'https://b.c', Path({str(tmp_path / 'root.json')!r}))\n"
        "try:\n"
        "    trust_of(Source(SourceKind.MIRROR, 'https://m', '', wanted))\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    said = run(tmp_path, str(program.with_name("python")), "-c", code)
    assert "pip install 'tui-installer[signatures]'" in said

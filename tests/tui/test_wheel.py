"""The wheel holds all that the wizard needs, themes and stylesheets too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from repo_root import ROOT

LOOK = """
import asyncio, pathlib, sys
import tui_installer
from tui_installer.front.tui import themes
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.front.tui.pages import ORDER

async def main():
    app = WizardApp(Draft(), EngineRoom())
    async with app.run_test(size=(80, 24)) as pilot:
        for page in ORDER:
            app.go(page)
            await pilot.pause()

asyncio.run(main())
loaded, failed = themes.load()
assert not failed, failed
print(pathlib.Path(tui_installer.__file__).parent)
print(*sorted(theme.name for theme in loaded))
"""


def run(*argv: str, **env: str) -> str:
    done = subprocess.run(
        argv, capture_output=True, text=True, check=False, env={**os.environ, **env}, cwd="/"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository and installed in a folder of its own."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ROOT))
    (wheel,) = wheels.iterdir()
    run(*pip, "install", "-q", "--no-deps", "--target", str(target), str(wheel))
    return target


def test_the_installed_wizard_shows_every_page_and_has_its_themes(installed: Path, tmp_path: Path):
    own = {"TUI_INSTALLER_HOME": str(tmp_path), "TUI_INSTALLER_CONFIG": str(tmp_path)}
    where, names = run(sys.executable, "-c", LOOK, PYTHONPATH=str(installed), **own).splitlines()
    assert Path(where) == installed / "tui_installer"
    assert names == "colour-blind dusk high-contrast paper phosphor"


def test_the_installed_wizard_has_nothing_that_is_for_the_repository(installed: Path):
    assert {entry.name for entry in installed.iterdir() if "dist-info" not in entry.name} == {
        "tui_installer",
        "bin",
    }

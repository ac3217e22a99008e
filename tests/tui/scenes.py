"""The scenes of the screenshots: the real app, recorded hosts, a standing clock, known tokens."""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import recordings
from support import SIZE, WIDE, shown
from textual.widgets import Input

from tui_installer.actions import token_store
from tui_installer.actions.sessions import drafts
from tui_installer.actions.token_view import Kind
from tui_installer.front.tui.app import WizardApp
from tui_installer.front.tui.draft import Draft
from tui_installer.model.secret import Secret
from tui_installer.store import paths
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from textual.pilot import Pilot

NOW = 1_800_000_000.0
"""2027-01-15 08:00 UTC."""
CANARY = "demo01.5ecret5ecret5ecr"
CSV_CANARY = "5ec2e75ec2e75ec2e75ec2e75ec2e7ff"
SIZES = (SIZE, WIDE)
THEMES = ("dusk", "paper")
STATE = Path("~/.local/state/tui-installer")
"""Shown as it stands; made below the current folder, never in a home."""


@dataclass(frozen=True)
class Scene:
    """run: the recorded run it shows, up to `until` seconds. keys: pressed on the page.

    page: '' for the start page. data: what of the answers differs.
    """

    name: str
    page: str = ""
    run: str = ""
    until: float = 1e9
    keys: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


SCENES = (
    Scene("start"),
    Scene("hosts", "hosts", keys=("down", "down")),
    Scene("cluster", "cluster", keys=("tab",)),
    Scene("sans", "sans"),
    Scene("token", "token"),
    Scene("certificates", "certificates"),
    Scene("review", "review"),
    Scene("deploy", "deploy", run="run", until=12.0),
    Scene("deploy-failed", "deploy", run="failed"),
    Scene("done", "done", run="run"),
    Scene("audit", "done", run="run", keys=("a", "down", "down")),
)


async def take(scene: Scene, size: tuple[int, int], folder: Path) -> dict[str, str]:
    """The SVG of a scene in each theme, changed live as a person would. folder: an empty one."""
    taken: dict[str, str] = {}
    async with on_stage(scene, size, folder) as (app, pilot):
        for theme in THEMES:
            app.theme = theme
            await settle(app, pilot)
            taken[theme] = offline(app.export_screenshot(title="tui-installer"))
    return taken


@contextlib.asynccontextmanager
async def on_stage(
    scene: Scene, size: tuple[int, int], folder: Path
) -> AsyncIterator[tuple[WizardApp, Pilot[Any]]]:
    """The app with the scene on its screen, its keys pressed."""
    with standing_still(folder):
        app = app_of(scene)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            for key in scene.keys:
                await pilot.press(key)
            await settle(app, pilot)
            yield app, pilot


def app_of(scene: Scene) -> WizardApp:
    draft = Draft({**recordings.answers(), **scene.data})
    draft.first_open_page()
    if scene.run:
        draft.reached |= {"deploy"}
    if scene.page == "done":
        draft.reached |= {"done"}
    room = recordings.RecordedEngineRoom(scene.run, scene.until)
    room.spec = draft.spec()
    return WizardApp(draft, room, first=scene.page)


async def settle(app: WizardApp, pilot: Pilot[Any], still: int = 4) -> None:
    """Until what is shown has been the same so many times, and no cursor blinks."""
    same, before = 0, ""
    while same < still:
        await pilot.pause(0.05)
        for one in app.screen.query(Input):
            one.cursor_blink = False
        now = shown(app)
        same, before = (same + 1 if now == before else 0), now


@contextlib.contextmanager
def standing_still(folder: Path) -> Iterator[None]:
    """A clock that stands, a state folder of its own with two sessions and known tokens in it."""
    before = Path.cwd()
    os.chdir(folder)
    env = {"TUI_INSTALLER_CONFIG": str(folder / "config"), "HOME": str(folder), "TZ": "UTC"}
    try:
        with (
            mock.patch.dict(os.environ, env),
            mock.patch.object(paths, "state_root", return_value=STATE),
            mock.patch.object(time, "time", return_value=NOW),
        ):
            _sessions()
            yield
    finally:
        os.chdir(before)


def _sessions() -> None:
    day = 86400
    for name, data, code, age in (
        ("demo", recordings.answers(), 0, 2 * 3600),
        ("stage-berlin", {"hosts": [{"address": "192.0.2.31"}, {"address": ""}]}, None, 3 * day),
        ("edge-03", {"hosts": [{"address": "198.51.100.3"}]}, 1, 12 * day),
    ):
        file = STATE / name / "answers.yaml"
        drafts.write({"apiVersion": "tui-installer/v1", "cluster": {"name": name}, **data}, file)
        os.utime(file, (NOW - age, NOW - age))
        if code is not None:
            (file.parent / "result.json").write_text(f'{{"exit_code": {code}}}')
    token_store.put(SessionFolder(STATE / "demo"), Kind.SECRET, Secret(CANARY), day)
    token_store.put(SessionFolder(STATE / "demo"), Kind.CSV, Secret(CSV_CANARY), 0)


def offline(svg: str) -> str:
    """The same with fonts that machines have, none from the web, and all spaces kept."""
    told = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    told = told.replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"font-family:\s*Fira Code", "font-family: DejaVu Sans Mono", told)


def file_name(scene: Scene, size: tuple[int, int], theme: str) -> str:
    """Without its ending: ``hosts-80x24-dusk``."""
    return f"{scene.name}-{size[0]}x{size[1]}-{theme}"

"""The screenshots in the repository are of the app as it is, show no secret, and can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from contrast import ENOUGH, of_colors
from scenes import (
    CANARY,
    CSV_CANARY,
    SCENES,
    SIZES,
    THEMES,
    file_name,
    on_stage,
    take,
)
from support import SIZE
from textual.color import Color

from screenshots import OUT
from tui_installer.front.tui import themes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.segment import Segment
    from scenes import Scene

NAMES = [file_name(s, size, theme) for s in SCENES for size in SIZES for theme in THEMES]
SECRETS = (CANARY.split(".")[1], CSV_CANARY, "PRIVATE KEY", "5ecret")
LINES = " ─│┌┐└┘├┤╭╮╰╯▁▂▃▄▅▆▇█▌▐▔▕▏▊▎╺╸━┃┣┗┏┓┛·"
"""Not text: borders, guides, scroll bars, progress bars."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_they_are_of_the_app_as_it_is(scene: Scene, size: tuple[int, int], tmp_path: Path):
    for theme, now in (await take(scene, size, tmp_path)).items():
        file = OUT / f"{file_name(scene, size, theme)}.svg"
        assert file.exists(), f"{file.name} is missing: make screenshots"
        same = now == file.read_text()  # no diff of two pictures is shown
        assert same, f"{file.name} differs from the app: make screenshots, and look"
        assert file.with_suffix(".png").exists(), "make screenshots"


def test_there_are_no_others():
    assert {file.stem for file in OUT.iterdir()} == set(NAMES)


def test_none_shows_a_secret():
    for name in NAMES:
        text = (OUT / f"{name}.svg").read_text()
        for secret in SECRETS:
            assert secret not in text, name


def test_all_can_be_seen_without_the_web():
    for name in NAMES:
        text = (OUT / f"{name}.svg").read_text()
        assert "@font-face" not in text, name
        assert "url(http" not in text, name
        assert "DejaVu Sans Mono" in text, name


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_all_text_stands_out_in_every_theme(scene: Scene, tmp_path: Path):
    async with on_stage(scene, SIZE, tmp_path) as (app, pilot):
        for theme in sorted(themes.OURS):
            app.theme = theme
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            pale = {found for strip in strips for segment in strip for found in pale_in(segment)}
            assert pale == set(), theme


def pale_in(segment: Segment) -> Iterator[tuple[str, float, str, str]]:
    """(text, contrast, its colour, what is behind it) where that is not enough."""
    style, text = segment.style, segment.text.strip(LINES)
    if not text or style is None or style.color is None or style.bgcolor is None:
        return
    front, back = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
    if style.reverse:
        front, back = back, front
    if (contrast := of_colors(front, back)) < ENOUGH:
        yield text, round(contrast, 2), front.hex, back.hex

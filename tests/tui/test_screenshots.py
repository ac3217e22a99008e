"""The screenshots in the repository are of the app as it is, show no secret, and can be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from contrast import ENOUGH, of_colors
from scenes import (
    CANARY,
    CSV_CANARY,
    SCENES,
    SIZES,
    THEMES,
    app_of,
    file_name,
    settle,
    standing_still,
    take,
)
from screenshots import OUT
from support import SIZE
from textual.color import Color

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.segment import Segment
    from scenes import Scene

EVERY = [(scene, size, theme) for scene in SCENES for size in SIZES for theme in THEMES]
NAMES = [file_name(*one) for one in EVERY]
SECRETS = (CANARY.split(".")[1], CSV_CANARY, "PRIVATE KEY", "5ecret")
LINES = " ─│┌┐└┘├┤╭╮╰╯▁▂▃▄▅▆▇█▌▐▔▕▏▊▎╺╸━┃┣┗┏┓┛·"
"""Not text: borders, guides, scroll bars, progress bars."""


@pytest.mark.parametrize(("scene", "size", "theme"), EVERY, ids=NAMES)
async def test_it_is_of_the_app_as_it_is(
    scene: Scene, size: tuple[int, int], theme: str, tmp_path: Path
):
    file = OUT / f"{file_name(scene, size, theme)}.svg"
    now = await take(scene, size, theme, tmp_path)
    assert file.exists(), f"{file.name} is missing: make screenshots"
    assert now == file.read_text(), f"{file.name} differs from the app: make screenshots, and look"
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


@pytest.mark.parametrize("theme", ["dusk", "paper", "high-contrast", "colour-blind", "phosphor"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_all_text_stands_out(scene: Scene, theme: str, tmp_path: Path):
    with standing_still(tmp_path, theme):
        app = app_of(scene)
        async with app.run_test(size=SIZE) as pilot:
            await settle(app, pilot)
            for key in scene.keys:
                await pilot.press(key)
            await settle(app, pilot)
            strips = app.screen._compositor.render_strips()
            pale = {found for strip in strips for segment in strip for found in pale_in(segment)}
            assert pale == set()


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

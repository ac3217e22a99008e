"""Themes: ours are all there and readable; a bad one is told and never stops the start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from contrast import ENOUGH, ratio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repo_root import ROOT
from support import SIZE, shown, until, wizard

from tui_installer.front.tui import theme_yaml, themes

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("colour-blind", "dusk", "high-contrast", "paper", "phosphor")
GROUNDS = ("background", "surface", "panel", "footer-background")
TEXTS = (
    "foreground", "foreground-muted", "text", "text-muted", "text-primary", "text-secondary",
    "text-accent", "text-success", "text-warning", "text-error", "state-run", "state-skip",
    "primary", "accent", "warning", "error", "success",
    "footer-key-foreground", "footer-description-foreground",
)  # fmt: skip


def good() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((ROOT / "themes" / "dusk.yaml").read_text())
    return {**data, "name": "own"}


def put(text: str | bytes, name: str = "own.yaml") -> Path:
    """A file in the person's own folder of themes."""
    folder = list(themes.folders())[1]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refusal(file: Path) -> str:
    try:
        themes.parse(file)
    except ValueError as error:
        return str(error)
    return ""


def test_all_of_ours_load():
    loaded, failed = themes.load()
    assert failed == []
    assert sorted(theme.name for theme in loaded) == list(NAMES)
    assert {theme.name for theme in loaded if not theme.dark} == {"paper"}


@pytest.mark.parametrize("name", NAMES)
async def test_every_text_stands_out_from_every_ground(name: str):
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        app.theme = name
        await pilot.pause()
        variables = app.get_css_variables()
        pale = {
            (text, ground): ratio(variables[text], variables[ground])
            for text in TEXTS
            for ground in GROUNDS
            if ratio(variables[text], variables[ground]) < ENOUGH
        }
        assert pale == {}
        assert ratio(variables["block-cursor-foreground"], variables["primary"]) >= ENOUGH


@pytest.mark.parametrize("name", NAMES)
async def test_states_differ_in_colour(name: str):
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        app.theme = name
        await pilot.pause()
        variables = app.get_css_variables()
        states = ("text-success", "text-warning", "text-error", "state-run", "state-skip")
        if name != "phosphor":  # one colour is its character; the glyphs tell states apart
            assert len({variables[state] for state in states}) == len(states)


def test_a_persons_own_theme_is_taken():
    put(yaml.safe_dump(good()))
    loaded, failed = themes.load()
    assert failed == []
    assert "own" in {theme.name for theme in loaded}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"primry": "#ffffff"}, "unknown key 'primry'; did you mean primary?"),
        ({"\x1b[31m": 1}, r"unknown key '\x1b[31m'"),
        ({"primary": "blueish"}, "primary: want a colour such as \"#4ea1ff\", got 'blueish'"),
        ({"primary": None}, "primary: want a colour"),
        ({"primary": "ansi_red"}, "primary: want a colour"),
        ({"surface": "#12345678"}, "surface: want a colour"),
        ({"name": "[/foo]"}, "name: want at most 32 lower-case letters"),
        ({"name": 5}, "name: want at most 32 lower-case letters"),
        ({"dark": "yes"}, "dark: want true or false"),
        ({"variables": []}, "variables: want keys and values"),
        ({"variables": {"state-rum": "#ffffff"}}, "unknown variable 'state-rum'; did you mean sta"),
        ({"variables": {"state-run": "red; }"}}, "variables.state-run: want a colour"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, Any], told: str):
    file = put(yaml.safe_dump({**good(), **change}))
    loaded, failed = themes.load()
    assert len(loaded) == len(NAMES)
    (problem,) = failed
    assert problem.startswith(f"{file}: {told}")


@pytest.mark.parametrize(
    "text",
    [b"", b"[", b"- a", b"\xff\xfe\x00", b"name: !!python/object:os.system x", b"a: 2020-99-99",
     b"[" * 5000, b"[" * 30_000 + b"]" * 30_000, b"- " * 30_000, b"a: &a [1]\nb: *a",
     b"# " + b"x" * 100_000, b"\x00"],
    ids=lambda text: str(text[:20]),
)  # fmt: skip
@pytest.mark.parametrize("loader", [yaml.SafeLoader, theme_yaml.LOADER])
def test_a_file_of_rubbish_is_left_out_with_a_line_that_says_so(
    text: bytes, loader: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(theme_yaml, "LOADER", loader)
    file = put(text[:200_000])
    loaded, failed = themes.load()
    assert len(loaded) == len(NAMES)
    (problem,) = failed
    assert problem.startswith(f"{file}: ")
    assert "\n" not in problem


def test_a_pipe_or_a_folder_is_not_waited_for(tmp_path: Path):
    pipe = put("", "pipe.yaml")
    pipe.unlink()
    os.mkfifo(pipe)
    (pipe.parent / "folder.yaml").mkdir()
    assert len(themes.load()[1]) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.recursive(st.none() | st.booleans() | st.text() | st.integers() | st.dates(),
                         lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
       key=st.sampled_from(("name", "dark", "variables", "primary", "other")))  # fmt: skip
def test_no_value_does_more_than_being_refused(data: Any, key: str, tmp_path: Path):
    file = tmp_path / "any.yaml"
    file.write_text(yaml.safe_dump({**good(), key: data}, allow_unicode=True))
    assert "\x1b" not in refusal(file)


async def test_the_wizard_starts_with_a_bad_theme_and_tells_it():
    put("name: [/foo]")
    app = wizard()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until(pilot, lambda: "Theme skipped" in shown(app))
        assert "own.yaml" in shown(app).replace("\n", "")


async def test_the_wizard_starts_without_any_theme_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(themes, "folders", lambda: iter([tmp_path]))
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert app.theme == "textual-dark"

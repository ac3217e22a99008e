"""Themes from YAML files: ours, and a person's own. A bad one is reported and left out."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from textual.color import Color, ColorParseError
from textual.theme import Theme

from tui_installer.actions import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

COLOURS = (
    "primary", "secondary", "accent", "warning", "error", "success",
    "foreground", "background", "surface", "panel",
)  # fmt: skip
DEFAULTS: dict[str, str] = {"state-run": "#4ea1ff", "state-skip": "#8a8f98"}
"""Variables of our own and what they are where a theme says nothing."""
DEFAULT = "dusk"
OURS: set[str] = set()
"""Names of the themes that `load` found."""


def folders() -> Iterator[Path]:
    """In the package, or beside it in a checkout; then the person's own."""
    packaged = Path(__file__).parents[2] / "themes"
    yield packaged if packaged.is_dir() else Path(__file__).parents[3] / "themes"
    yield settings.folder() / "themes"


def load() -> tuple[list[Theme], list[str]]:
    """(themes, what is wrong with the files that were left out)."""
    loaded: list[Theme] = []
    failed: list[str] = []
    for folder in folders():
        for file in sorted(folder.glob("*.yaml")):
            try:
                loaded.append(parse(file))
            except (ValueError, OSError) as error:
                failed.append(f"{file}: {error}")
    OURS.update(theme.name for theme in loaded)
    return loaded, failed


def parse(file: Path) -> Theme:
    """The theme of a file. Raises ValueError saying what is wrong with it, or OSError."""
    try:
        data = yaml.safe_load(file.read_bytes())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(data, dict):
        raise ValueError("want keys and values")  # noqa: TRY004 - one kind of error for a file
    known = {"name", "dark", "variables", *COLOURS}
    if unknown := sorted(set(map(str, data)) - known):
        raise ValueError(f"unknown key {unknown[0]}; known: {', '.join(sorted(known))}")
    colours: dict[str, Any] = {key: _colour(key, data.get(key)) for key in COLOURS}
    return Theme(
        name=_name(data.get("name")),
        dark=_dark(data.get("dark", True)),
        variables={**DEFAULTS, **_variables(data.get("variables", {}))},
        **colours,
    )


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("name: want a word")
    return value


def _dark(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("dark: want true or false")  # noqa: TRY004 - see parse
    return value


def _colour(key: str, value: Any) -> str:
    try:
        Color.parse(str(value))
    except ColorParseError:
        raise ValueError(f"{key}: want a colour such as #4ea1ff, got {value!r}") from None
    return str(value)


def _variables(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("variables: want keys and values")  # noqa: TRY004 - see _dark
    return {str(key): _colour(f"variables.{key}", colour) for key, colour in value.items()}


def chosen(loaded: list[Theme]) -> str:
    """The theme that was last chosen, or the default, or the first there is."""
    names = [theme.name for theme in loaded]
    wanted = settings.read().get("theme", DEFAULT)
    if wanted in names:
        return str(wanted)
    return DEFAULT if DEFAULT in names else (names[0] if names else "textual-dark")


def remember(name: str) -> None:
    """Keeps the choice for the next start; not being able to is no reason to stop."""
    with contextlib.suppress(OSError):
        settings.write({**settings.read(), "theme": name})

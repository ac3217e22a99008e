"""Loads themes from YAML files: the packaged and the user's. A bad one is reported and skipped."""

from __future__ import annotations

import contextlib
import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.color import Color
from textual.design import ColorSystem
from textual.theme import Theme

from tui_installer.actions import settings
from tui_installer.errors import InstallerError
from tui_installer.model import plain_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

COLOURS = (
    "primary", "secondary", "accent", "warning", "error", "success",
    "foreground", "background", "surface", "panel",
)  # fmt: skip
DEFAULTS: dict[str, str] = {"state-run": "#4ea1ff", "state-skip": "#8a8f98"}
"""Our own variables, with the colours for themes that do not set them."""
DEFAULT = "dusk"
OURS: set[str] = set()
"""Names of the themes that `load` found."""
_SCROLLBAR_GROUNDS = (
    "scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active",
    "scrollbar-corner-color",
)  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MAX_BYTES = 64 * 1024


def folders() -> Iterator[Path]:
    """The folder in the package, or beside it in a checkout; then the user's own."""
    packaged = Path(__file__).parents[2] / "themes"
    yield packaged if packaged.is_dir() else Path(__file__).parents[3] / "themes"
    yield settings.folder() / "themes"


def load() -> tuple[list[Theme], list[str]]:
    """(themes, what is wrong with the files that were skipped)."""
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
    """The theme in a file. Raises ValueError with what is wrong, or OSError."""
    data = _read(file)
    if not isinstance(data, dict):
        raise ValueError("want keys and values")  # noqa: TRY004 - one kind of error for a file
    _known(data, {"name", "dark", "variables", *COLOURS}, "key")
    colours: dict[str, Any] = {key: _colour(key, data.get(key)) for key in COLOURS}
    return Theme(
        name=_name(data.get("name")),
        dark=_dark(data.get("dark", True)),
        variables={**DEFAULTS, **_derived(colours), **_variables(data.get("variables", {}))},
        **colours,
    )


def _derived(colours: dict[str, Any]) -> dict[str, str]:
    """Opaque muted colours: Textual's own are transparent, which inline styles do not support."""
    ground, text = Color.parse(colours["background"]), Color.parse(colours["foreground"])
    muted = text.blend(ground, 0.25).hex
    surface, primary = colours["surface"], Color.parse(colours["primary"])
    return {
        "text-muted": muted,
        "foreground-muted": muted,
        "scrollbar": primary.blend(ground, 0.6).hex,
        "scrollbar-hover": primary.blend(ground, 0.4).hex,
        "scrollbar-active": primary.hex,
        **dict.fromkeys(_SCROLLBAR_GROUNDS, surface),
    }


def _read(file: Path) -> Any:
    if not file.is_file():  # reading a named pipe would block
        raise ValueError("not a file")
    if file.stat().st_size > _MAX_BYTES:
        raise ValueError(f"more than {_MAX_BYTES // 1024} KiB")
    text = file.read_bytes()
    simple = plain_yaml.read(text)
    if simple is not None:
        return simple
    from tui_installer.front.tui import theme_yaml  # noqa: PLC0415 - the first frame needs none

    return theme_yaml.read(text)


def _known(given: dict[Any, Any], known: set[str], what: str) -> None:
    for key in given:
        if key not in known:
            near = get_close_matches(str(key), sorted(known), n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"unknown {what} {str(key)[:40]!r}{meant}")


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("name: want at most 32 lower-case letters, digits and dashes")
    return value


def _dark(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("dark: want true or false")  # noqa: TRY004 - see parse
    return value


def _colour(key: str, value: Any) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise ValueError(f'{key}: want a colour such as "#4ea1ff", got {str(value)[:40]!r}')
    return value


def _variables(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("variables: want keys and values")  # noqa: TRY004 - see _dark
    _known(value, _variable_names(), "variable")
    return {key: _colour(f"variables.{key}", colour) for key, colour in value.items()}


@cache
def _variable_names() -> set[str]:
    """The variables that a theme may set, Textual's and ours; Textual ignores misspelt ones."""
    every = ColorSystem("#000000").generate()
    return {*DEFAULTS, *(name for name in every if not name.endswith("-style"))}


def chosen(loaded: list[Theme]) -> str:
    """The theme that the user chose last, else the default, else the first one."""
    names = [theme.name for theme in loaded]
    wanted = settings.read().get("theme", DEFAULT)
    if wanted in names:
        return str(wanted)
    return DEFAULT if DEFAULT in names else (names[0] if names else "textual-dark")


def remember(name: str) -> None:
    """Saves the choice for the next start; ignores a failure to save."""
    with contextlib.suppress(InstallerError):
        settings.write({**settings.read(), "theme": name})

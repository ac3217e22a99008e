"""The user's settings of the wizard, in the platform's config folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import platformdirs

from tui_installer.model import plain_yaml
from tui_installer.store import atomic

FILE = "settings.yaml"


def folder() -> Path:
    """``$TUI_INSTALLER_CONFIG``, or the platform's config folder for this program."""
    own = os.environ.get("TUI_INSTALLER_CONFIG")
    return Path(own).expanduser() if own else Path(platformdirs.user_config_dir("tui-installer"))


def read() -> dict[str, Any]:
    """Returns the settings; {} if there are none or they cannot be read."""
    try:
        text = (folder() / FILE).read_bytes()
    except OSError:
        return {}
    simple = plain_yaml.read(text)
    return _parsed(text) if simple is None else simple


def _parsed(text: bytes) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - the first frame needs none

    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def goes_on() -> bool:
    """Returns whether a run continues when its terminal is gone; by default yes."""
    return read().get("whenTerminalEnds") != "stop"


def set_goes_on(*, goes_on: bool) -> None:
    """Sets whether a run continues when its terminal is gone. Raises InstallerError."""
    write({**read(), "whenTerminalEnds": "go on" if goes_on else "stop"})


def write(settings: dict[str, Any]) -> None:
    """Replaces the settings. Raises InstallerError."""
    import yaml  # noqa: PLC0415 - the first frame needs none

    atomic.write(folder() / FILE, yaml.safe_dump(settings).encode())

"""Names this program's folders on the operator machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

NAME = "tui-installer"


def state_root() -> Path:
    """``$TUI_INSTALLER_HOME``, or the platform's state folder. It holds the sessions."""
    home = os.environ.get("TUI_INSTALLER_HOME")
    return Path(home).expanduser() if home else Path(platformdirs.user_state_dir(NAME))


def cache_root() -> Path:
    """``$TUI_INSTALLER_CACHE``, or the platform's cache folder."""
    home = os.environ.get("TUI_INSTALLER_CACHE")
    return Path(home).expanduser() if home else Path(platformdirs.user_cache_dir(NAME))


def session_folder(name: str) -> Path:
    """The folder of one session: answers, certificates, keys, journal, results."""
    return state_root() / name


def own_known_hosts() -> Path:
    """Host keys that the user accepted in this program."""
    return state_root() / "known_hosts"

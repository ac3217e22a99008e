"""The sub-commands: one file each, imported when called, and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.front.command import Command

NAMES = (
    "install",
    "answers",
    "attach",
    "stop",
    "sessions",
    "encryption",
    "certificates",
    "audit",
    "doctor",
    "lab",
    "completion",
)
"""In the order of --help. The module of each has its COMMAND."""
HIDDEN = ("background",)
"""Commands that only this program calls."""


def load(name: str) -> Command:
    """The command of that name."""
    command: Command = import_module(f"{__name__}.{name}").COMMAND
    return command

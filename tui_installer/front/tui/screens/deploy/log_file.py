"""Saves a log as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.store import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def write(path: Path, lines: Sequence[str]) -> None:
    """Writes the unwrapped lines, 0600. Raises InstallerError."""
    atomic.write(path, "".join(f"{line}\n" for line in lines).encode())

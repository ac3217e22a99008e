"""The default folders and bases of labs, in a module of their own because the help shows them."""

from __future__ import annotations

from pathlib import Path

BASE_ROOT = Path("/var/cache/tui-installer-lab")
FOLDER = Path("/var/lib/tui-installer-lab")

BASES = {"bullseye": "Debian 11", "bookworm": "Debian 12", "trixie": "Debian 13"}
"""Debian suite → its name; the releases that hosts can have."""
DEFAULT_BASE = "bookworm"

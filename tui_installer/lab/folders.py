"""Where labs lie unless told otherwise; apart, as the command line's help names it too."""

from __future__ import annotations

from pathlib import Path

BASE_ROOT = Path("/var/cache/tui-installer-lab")
FOLDER = Path("/var/lib/tui-installer-lab")

"""The default folders of labs, in a module of their own because the help shows them."""

from __future__ import annotations

from pathlib import Path

BASE_ROOT = Path("/var/cache/tui-installer-lab")
FOLDER = Path("/var/lib/tui-installer-lab")

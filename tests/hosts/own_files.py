"""What an install leaves on a host, found by looking, apart from the program's own list."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tui_installer.lab.state import Paths

if TYPE_CHECKING:
    from pathlib import Path

    from site_under_test import Site


def own_files(site: Site, host: str) -> dict[str, tuple[str, int, str]]:
    """path → (sha256, mode, owner) of all that an install leaves on a fresh host, by looking.

    Read from this machine, where the host's root is a folder.
    """
    root = Paths(site.lab.folder).root(host)
    files = [path for path in root.joinpath("opt").rglob("*") if path.is_file()]
    units = root.joinpath("etc/systemd/system")
    files += [*units.glob("kube-*.service"), *units.glob("etcd*.service")]
    users, groups = (_names(root / "etc" / name) for name in ("passwd", "group"))
    found = {path: path.stat() for path in files if path.name != "tui-installer.manifest"}
    return {
        f"/{path.relative_to(root)}": (
            _digest(path), stat.st_mode & 0o7777, f"{users[stat.st_uid]}:{groups[stat.st_gid]}"
        )
        for path, stat in found.items()
    }  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(path: Path) -> dict[int, str]:
    """id → name, of the host's users or groups."""
    rows = [line.split(":") for line in path.read_text().splitlines()]
    return {int(row[2]): row[0] for row in rows}

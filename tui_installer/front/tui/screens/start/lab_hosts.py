"""Throwaway lab hosts on this machine, with complete answers for them."""

from __future__ import annotations

import os
import shutil
import socket
from typing import TYPE_CHECKING, Any

from tui_installer.lab.folders import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

MIRROR = ("dl.k8s.io", 443)
NAME = "demo"
COUNT = 3


def missing() -> str:
    """Returns why no hosts can be made here, '' if they can."""
    return "making hosts on this machine needs root" if os.geteuid() else ""


def up(say: Callable[[str], None]) -> dict[str, Any]:
    """Makes or starts three hosts, returns their answers. Blocks; minutes the first time.

    Raises InstallerError.
    """
    from tui_installer.lab import lab  # noqa: PLC0415 - the first frame needs none

    name = lab.find(FOLDER).name if (FOLDER / "lab.json").exists() else NAME
    made = lab.up(FOLDER, count=COUNT, say=say, name=name)
    chosen = [machine.name for machine in made.machines][:COUNT]
    answers = lab.answers(FOLDER, chosen)
    if shutil.which("go") and not _reachable():
        say(f"{MIRROR[0]} is unreachable: programs are built from the Go module proxy")
        answers["kubernetes"] = {"source": {"kind": "go", "location": ""}}
    return answers


def _reachable() -> bool:
    try:
        with socket.create_connection(MIRROR, timeout=3):
            return True
    except OSError:
        return False

"""Raises the limit on inotify instances, which all hosts share because their root is ours.

systemd, the API server and the controller-manager take about 18 on a host; the kernel's default
is 128 in all (fs/notify/inotify/inotify_user.c). When they run out, units fail at boot.
Raising the limit reserves no memory.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.lab import state

if TYPE_CHECKING:
    from tui_installer.lab.commands import Say

ENOUGH = 1024
LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")
# The previous limit; a reboot of the machine deletes it and resets the limit.
BEFORE = Path("/run/tui-installer-lab.inotify")


def raise_if_low(say: Say) -> None:
    """Raises the limit if it is lower than labs need."""
    now = int(LIMIT.read_text())
    if now >= ENOUGH:
        return
    if not BEFORE.exists():
        state.write(BEFORE, f"{now}\n")
    LIMIT.write_text(f"{ENOUGH}\n")
    say(f"fs.inotify.max_user_instances: {now} -> {ENOUGH} until the last lab is down")


def restore() -> None:
    """Restores the limit that `raise_if_low` changed, unless another program has set it since."""
    with suppress(FileNotFoundError, ValueError):
        before = int(BEFORE.read_text())
        if int(LIMIT.read_text()) == ENOUGH:
            LIMIT.write_text(f"{before}\n")
    BEFORE.unlink(missing_ok=True)

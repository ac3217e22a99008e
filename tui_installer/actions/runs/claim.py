"""The identity of a run in the locks that it takes on hosts."""

from __future__ import annotations

import getpass
import hashlib
import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.engine.hosts.host_lock import Claim

if TYPE_CHECKING:
    from tui_installer.store.session_folder import SessionFolder

MACHINE_ID = Path("/etc/machine-id")


def session_claim(session: SessionFolder, *, force: bool = False) -> Claim:
    """Returns the claim of a session folder on this machine; its lock allows one run at a time.

    A host lock with the same owner is therefore of a run that has ended.
    """
    machine = MACHINE_ID.read_text().strip() if MACHINE_ID.is_file() else ""
    place = f"{socket.gethostname()} {machine} {session.root.resolve()}"
    owner = hashlib.sha256(place.encode()).hexdigest()[:32]
    since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    who = f"{getpass.getuser()} on {socket.gethostname()}"
    holder = f"{who}, session {session.root.name}, pid {os.getpid()}, since {since}"
    return Claim(owner, holder, force)

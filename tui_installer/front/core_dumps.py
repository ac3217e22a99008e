"""No core dumps: a crash must leave no keys and passwords in a file."""

from __future__ import annotations

import ctypes
import resource

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def forbid() -> None:
    """Forbids them for this process; every process of this program has to call it.

    The limit does not apply to a handler that the kernel pipes dumps to (core(5)), such as
    systemd's. A process that is not dumpable leaves no dump, and other processes of the same user
    cannot read its memory (prctl(2), ptrace(2)).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

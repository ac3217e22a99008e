"""No core dumps: a crash must leave no keys and passwords in a file."""

from __future__ import annotations

import ctypes
import resource

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def forbid() -> None:
    """For this process; each process of ours says so for itself.

    The limit does not bind a handler that the kernel pipes dumps to (core(5)), such as systemd's.
    A process that is not dumpable has none, and its memory is closed to others of the same user
    (prctl(2), ptrace(2)).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

"""Hosts over SSH; the only importer of asyncssh."""

from __future__ import annotations

import ctypes.util


def _none(name: str) -> None:
    """asyncssh looks for libraries as it is imported; ldconfig alone is to be asked for them.

    The other ways are a compiler and a linker, run with all of this process's environment, in
    which a password may stand.
    """


setattr(ctypes.util, "_findLib_gcc", _none)  # noqa: B010 - Lib/ctypes/util.py, not in its stubs
setattr(ctypes.util, "_findLib_ld", _none)  # noqa: B010

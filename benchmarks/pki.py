"""Makes all keys and certificates of the answers' cluster in a temporary folder.

usage: python pki.py ANSWERS. Prints the seconds and how many certificates were made.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tui_installer.actions.runs.check import check
from tui_installer.engine.cluster.authority import Authority
from tui_installer.store.session_folder import SessionFolder


def main() -> None:
    spec = check(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory(
        dir="/var/tmp"
    ) as folder:  # a disk, as the session folder is on
        started = time.perf_counter()
        authority = Authority.load(spec, SessionFolder(Path(folder)), time.time())
        authority.make(time.time())
        print(f"{time.perf_counter() - started:.3f} {len(authority.issued)}")


if __name__ == "__main__":
    main()

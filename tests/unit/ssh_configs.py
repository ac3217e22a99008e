"""An OpenSSH client whose configuration is a file of the test, for tests of logins."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SSH = shutil.which("ssh")


def client(folder: Path, config: str) -> str:
    """A PATH on which `ssh` is the real one and reads this configuration instead of the user's."""
    file, program = folder / "ssh_config", folder / "bin" / "ssh"
    file.write_text(config)
    program.parent.mkdir(exist_ok=True)
    program.write_text(
        f'#!/bin/sh\ncase " $* " in *" -F "*) exec {SSH} "$@";; esac\nexec {SSH} -F {file} "$@"\n'
    )
    program.chmod(0o755)
    return f"{program.parent}:/usr/bin:/bin"

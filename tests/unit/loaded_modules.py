"""What a Python of its own has loaded after some imports."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys

from repo_root import ROOT

HEAVY = {"textual", "rich", "asyncssh", "cryptography"}


def modules(package: str) -> list[str]:
    """The package and everything in it."""
    folder = ROOT / package.replace(".", "/")
    if not folder.is_dir():
        return [package]
    found = pkgutil.walk_packages([str(folder)], f"{package}.")
    return [package, *(module.name for module in found)]


def loaded_by(code: str) -> set[str]:
    """Names of all modules after the code ran in a Python of its own."""
    # httpx has a command line of its own, with rich, where click happens to be installed.
    before = "import sys; sys.modules['click'] = None"
    told = "sys.stderr.write('\\n'.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{code}\n{told}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines())


def importing(*names: str) -> set[str]:
    return loaded_by("".join(f"import {name}\n" for name in names))


def ours(found: set[str]) -> set[str]:
    """The packages of ours one level down: ``tui_installer.model``."""
    return {".".join(name.split(".")[:2]) for name in found if name.startswith("tui_installer.")}

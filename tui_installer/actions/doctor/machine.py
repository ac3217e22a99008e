"""Python and its libraries, programs, clock and limits of this process."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import tui_installer
from tui_installer import __version__
from tui_installer.actions.doctor.finding import Finding, bad, ok, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES = ("textual", "asyncssh", "cryptography", "httpx", "pydantic", "PyYAML")
PYTHON = (3, 11)
DESCRIPTORS = 1024
"""Open files that fifty hosts, their logs and uploads need, with room to spare."""
PROGRAMS = (
    ("ssh", ("-V",), "reads ~/.ssh/config; without it only the answers count"),
    ("go", ("version",), "builds the programs for `source.kind: go`; no other source needs it"),
    ("kubectl", ("version", "--client"), "for your own use of the cluster; not needed here"),
)
"""(name, arguments that print its version, what it is for)."""
SECONDS = 10


def findings() -> Iterator[Finding]:
    """Yields what is found. Starts the programs once each; no network."""
    yield _python()
    yield _libraries()
    for name, arguments, purpose in PROGRAMS:
        yield _program(name, arguments, purpose)
    yield _clock()
    yield _umask()
    yield _descriptors()


def _python() -> Finding:
    text = (
        f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}; "
        f"tui-installer {__version__}"
    )
    if sys.version_info < PYTHON:
        wanted = ".".join(map(str, PYTHON))
        return bad("Python", text, f"use Python {wanted} or later")
    return ok("Python", text)


def _libraries() -> Finding:
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return bad("Libraries", f"missing: {', '.join(missing)}", "install tui-installer again")
    return ok("Libraries", ", ".join(found))


def _program(name: str, arguments: tuple[str, ...], purpose: str) -> Finding:
    path = shutil.which(name)
    if path is None:
        return ok(name, f"not installed: {purpose}")
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return warn(name, f"{path} cannot be started: {error}", f"repair it, it {purpose}")
    version = next(iter((done.stdout or done.stderr).splitlines()), "").strip()
    return ok(name, f"{version or 'of unknown version'} at {path}: {purpose}")


def _clock() -> Finding:
    now = time.time()
    made = Path(tui_installer.__file__).stat().st_mtime
    shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    if now < made:
        return bad(
            "Clock",
            f"{shown}, which is before this program was installed",
            "set the clock: timedatectl set-ntp true; certificates would not be valid yet",
        )
    return ok("Clock", f"{shown}; compared with the hosts' by the Hosts page and by --plan only")


def _umask() -> Finding:
    mask = os.umask(0o077)
    os.umask(mask)
    text = f"{mask:03o}; secrets are written with mode 0600 whatever it is"
    if mask & 0o700:
        return bad("umask", text, "umask 022 or 077: with this one you cannot read your own files")
    return ok("umask", text)


def _descriptors() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    text = f"{soft} open files (limit {'none' if hard == resource.RLIM_INFINITY else hard})"
    if soft < DESCRIPTORS:
        return warn("Open files", text, f"ulimit -n {DESCRIPTORS}: many hosts need more")
    return ok("Open files", text)

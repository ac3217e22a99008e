"""The programs that real hosts are given: from a mirror if one is named, else built by Go."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from site_under_test import CACHE

from tui_installer.model.spec import Source, SourceKind, Version
from tui_installer.release.cache import Cache
from tui_installer.release.fetch import cached

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """\
import asyncio, sys
from tui_installer.model.spec import Source, SourceKind, Version
from tui_installer.model.versions import default_etcd_version
from tui_installer.release.cache import Cache
from tui_installer.release.fetch import fetch_etcd, fetch_kubernetes
from tui_installer.store.paths import cache_root
kind, place = sys.argv[1:3]
say = lambda text: print(text, file=sys.stderr, flush=True)
async def main():
    for text in sys.argv[3:]:
        version = Version(*map(int, text[1:].split('.')))
        etcd = default_etcd_version(version)
        source = Source(SourceKind(kind), place)
        options = dict(cache=Cache(cache_root()), progress=lambda *_: None, say=say)
        await fetch_kubernetes(source, version, 'amd64', **options)
        await fetch_etcd(source, etcd, 'amd64', names=('etcd', 'etcdctl'), **options)
asyncio.run(main())
"""


def source() -> dict[str, Any]:
    if mirror := os.environ.get("TUI_INSTALLER_TEST_MIRROR"):
        return {"kind": "mirror", "location": mirror}
    assert shutil.which("go"), (
        "the real-host tests need Kubernetes programs: install Go 1.26 or later, or name a mirror "
        "laid out as the upstream site in TUI_INSTALLER_TEST_MIRROR"
    )
    return {"kind": "go", "location": ""}


def get_programs(*versions: str) -> dict[str, Any]:
    """The source, with these versions in the person's cache: built once, minutes when cold."""
    wanted = source()
    argv = [sys.executable, "-c", SCRIPT, wanted["kind"], wanted["location"], *versions]
    done = subprocess.run(argv, check=False, timeout=3600)
    assert done.returncode == 0, "the programs could not be had; see above"
    return wanted


def have(programs: dict[str, Any], version: str, names: tuple[str, ...]) -> dict[str, Path]:
    """Where those lie that were built for all tests."""
    wanted = Source(SourceKind(programs["kind"]), programs["location"])
    number = Version(*map(int, version[1:].split(".")))
    found = asyncio.run(cached(wanted, number, "amd64", names, cache=Cache(CACHE), say=print))
    assert set(found) == set(names)
    return {name: binary.path for name, binary in found.items()}

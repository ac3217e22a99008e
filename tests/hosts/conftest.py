"""Real hosts for the tests: systemd, sshd, and real Kubernetes and etcd, nothing pretended."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from site_under_test import V136, V137, Site

from tui_installer.lab import lab, takedown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NUMBER = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs hosts, said or not."""
    for item in items:
        if "tests/hosts" in str(item.path):
            item.add_marker(pytest.mark.hosts)


def source() -> dict[str, Any]:
    """Where the tests' programs come from: a mirror if one is named, else built by Go."""
    if mirror := os.environ.get("TUI_INSTALLER_TEST_MIRROR"):
        return {"kind": "mirror", "location": mirror}
    assert shutil.which("go"), (
        "the real-host tests need Kubernetes programs: install Go 1.26 or later, or name a mirror "
        "laid out as the upstream site in TUI_INSTALLER_TEST_MIRROR"
    )
    return {"kind": "go", "location": ""}


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The source, with both versions in the person's cache: built once, minutes when cold."""
    wanted = source()
    script = (
        "import asyncio, sys\n"
        "from tui_installer.model.spec import Source, SourceKind, Version\n"
        "from tui_installer.model.versions import default_etcd_version\n"
        "from tui_installer.release.cache import Cache\n"
        "from tui_installer.release.fetch import fetch_etcd, fetch_kubernetes\n"
        "from tui_installer.store.paths import cache_root\n"
        "kind, place = sys.argv[1:3]\n"
        "say = lambda text: print(text, file=sys.stderr, flush=True)\n"
        "async def main():\n"
        "    for text in sys.argv[3:]:\n"
        "        version = Version(*map(int, text[1:].split('.')))\n"
        "        etcd = default_etcd_version(version)\n"
        "        source = Source(SourceKind(kind), place)\n"
        "        options = dict(cache=Cache(cache_root()), progress=lambda *_: None, say=say)\n"
        "        await fetch_kubernetes(source, version, 'amd64', **options)\n"
        "        await fetch_etcd(source, etcd, 'amd64', names=('etcd', 'etcdctl'), **options)\n"
        "asyncio.run(main())\n"
    )
    argv = [sys.executable, "-c", script, wanted["kind"], wanted["location"], V137, V136]
    done = subprocess.run(argv, check=False, timeout=3600)
    assert done.returncode == 0, "the programs could not be had; see above"
    return wanted


@pytest.fixture(scope="module")
def new_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., lab.Lab]]:
    """Makes fresh hosts by name; they are gone when the module's tests are."""
    folders: list[Path] = []

    def make(*names: str) -> lab.Lab:
        folder = tmp_path_factory.mktemp("lab")
        folders.append(folder)
        own = f"t{os.getpid() % 1000}{next(_NUMBER)}"
        return lab.up(folder, say=print, host_names=names, name=own)

    yield make
    for folder in folders:
        takedown.down(folder, print)


@pytest.fixture(scope="module")
def new_site(
    new_lab: Callable[..., lab.Lab],
    programs: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Site]:
    """A site of fresh masters. others: hosts that are made too, but are not masters."""

    def make(*masters: str, version: str = V137, others: tuple[str, ...] = ()) -> Site:
        made = new_lab(*masters, *others)
        answers = lab.answers(made.folder, list(masters))
        answers["cluster"] = {"name": "test"}
        answers["kubernetes"] = {"version": version, "source": dict(programs)}
        return Site(made, tmp_path_factory.mktemp("home"), answers)

    return make

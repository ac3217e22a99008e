"""Fills the installer's cache, and puts links to the programs into one folder.

Adds the two policy files that the API server's flags name, as an administrator would have them.

usage: python programs.py ANSWERS FOLDER. A separate process: its memory would otherwise
count for the processes that the benchmark starts. Prints the products' versions.
"""

from __future__ import annotations

import asyncio
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.actions.runs.check import check
from tui_installer.kubernetes import admission, audit
from tui_installer.release.cache import Cache
from tui_installer.release.fetch import fetch_etcd, fetch_kubernetes
from tui_installer.release.programs import Binary, go_arch
from tui_installer.store.paths import cache_root

if TYPE_CHECKING:
    from tui_installer.model.spec import Spec

ETCD = ("etcd", "etcdctl")


async def get(spec: Spec) -> dict[str, Binary]:
    """Fetches the installed programs for this machine's architecture."""
    cache, arch = Cache(cache_root()), go_arch(platform.machine())
    kubernetes = await fetch_kubernetes(
        spec.source, spec.version, arch, cache=cache, progress=quiet, say=say
    )
    etcd = await fetch_etcd(
        spec.etcd.source, spec.etcd.version, arch,
        cache=cache, progress=quiet, say=say, names=ETCD,
    )  # fmt: skip
    return kubernetes | etcd


def quiet(label: str, done: int, total: int) -> None:
    """Ignores progress: usually the programs are cached."""


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def main() -> None:
    answers, folder = (Path(argument) for argument in sys.argv[1:3])
    folder.mkdir(parents=True, exist_ok=True)
    spec = check(answers)
    found = asyncio.run(get(spec))
    (folder / admission.FILE).write_bytes(admission.configuration(spec))
    (folder / audit.FILE).write_bytes(audit.POLICY)
    for name, binary in found.items():
        (folder / name).symlink_to(binary.path)
    print(f"Kubernetes {found['kube-apiserver'].version}")
    print(f"etcd {found['etcd'].version}")


if __name__ == "__main__":
    main()

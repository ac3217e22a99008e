"""Names the programs and architectures, and describes a verified program in the cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from pathlib import Path

KUBERNETES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
"""The programs of a master, and kubectl."""
ETCD = ("etcd", "etcdctl", "etcdutl")

GO_ARCH = {"x86_64": "amd64", "aarch64": "arm64"}
"""``uname -m`` → the name in release files."""


def go_arch(machine: str) -> str:
    """The release files' name for the output of ``uname -m``. Raises InstallerError for others."""
    if machine not in GO_ARCH:
        raise InstallerError(
            f"there are no programs for the architecture {machine}",
            hint=f"supported are {' and '.join(GO_ARCH)}",
        )
    return GO_ARCH[machine]


@dataclass(frozen=True, slots=True)
class Binary:
    """One verified program in the cache, or the verified digest of one that hosts fetch.

    version: with its leading v. arch: as Go names it. sha256: lower-case hex.
    size: bytes, 0 if unknown. origin: its source and how it was verified, as text.
    path: None if hosts fetch it, from url.
    """

    name: str
    version: str
    arch: str
    path: Path | None
    sha256: str
    size: int
    origin: str
    url: str = ""

"""Selects the programs in a release tarball, and refuses hostile tarballs."""

from __future__ import annotations

import tarfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Collection

    from tui_installer.release.job import Job

_KUBERNETES = "kubernetes/server/bin"
LIMIT = 1 << 30
"""Largest size of one program, in bytes; the largest real one has 120 MB."""
TOTAL = 16 << 30
"""Largest total size of all members, in bytes; the real server tarball has 1.5 GB."""
COUNT = 100_000
"""Largest number of members; the real server tarball has a few hundred."""


class Members:
    """Checks every member in order. Raises InstallerError for members that it refuses."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._seen: set[str] = set()
        self._total = self._count = 0

    def wanted(self, member: tarfile.TarInfo) -> str:
        """The program's name if the job names it, else ''."""
        path = PurePosixPath(member.name)
        self._check_place(member, path)
        self._check_amount(member)
        if path.name not in self._job.names or not self._in_place(path.parent):
            return ""
        self._check_program(member, path.name)
        return path.name

    def check_complete(self, found: Collection[str]) -> None:
        missing = [name for name in self._job.names if name not in found]
        if missing:
            raise InstallerError(
                f"the tarball has no {', '.join(missing)}",
                details=(f"{self._job.title} has them in {self._folder}/",),
                hint=f"use the published file {self._job.tarball}",
            )

    @property
    def _folder(self) -> str:
        return self._job.tarball.removesuffix(".tar.gz") if self._job.is_etcd else _KUBERNETES

    def _in_place(self, folder: PurePosixPath) -> bool:
        return str(folder) == self._folder

    def _check_place(self, member: tarfile.TarInfo, path: PurePosixPath) -> None:
        """Refuses devices and paths that lead outside. Other links are not unpacked."""
        target = PurePosixPath(member.linkname) if member.issym() or member.islnk() else path
        if any(_leaves(each) for each in (path, target)):
            raise _refused("has a member outside its own folder", member)
        if member.isdev():
            raise _refused("has a device", member)

    def _check_amount(self, member: tarfile.TarInfo) -> None:
        self._count += 1
        self._total += member.size
        if self._total > TOTAL or self._count > COUNT:
            raise _refused("claims more than 16 GB or 100,000 members", member)

    def _check_program(self, member: tarfile.TarInfo, name: str) -> None:
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise _refused(f"has {name} as a link or a special file", member)
        if name in self._seen:
            raise _refused(f"has {name} twice", member)
        if member.size > LIMIT:
            raise _refused(f"has a {name} of more than 1 GB", member)
        self._seen.add(name)


def _leaves(path: PurePosixPath) -> bool:
    return path.is_absolute() or ".." in path.parts


def _refused(what: str, member: tarfile.TarInfo) -> InstallerError:
    arrow = f" -> {member.linkname!r}" if member.linkname else ""
    return InstallerError(
        f"the tarball {what}: refused",
        details=(f"{member.name!r}{arrow}",),
        hint="it is not a published release; nothing was kept",
    )

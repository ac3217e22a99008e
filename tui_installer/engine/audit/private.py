"""Who may read and write a file: root, and the accounts of the programs that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import all_of, failed, judged, passed
from tui_installer.model.audit import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tui_installer.engine.audit.host import HostAudit, HostFile, Program
    from tui_installer.model.audit import Verdict

    FileCheck = Callable[[HostAudit, HostFile], Verdict]

GROUP_READS = 0o040
FEW = 4
"""Up to this many files are each listed even if all pass."""


def within(most: int) -> FileCheck:
    """No bit of the mode beyond these."""

    def check(_: HostAudit, file: HostFile) -> Verdict:
        return judged(not file.mode & ~most & 0o7777, str(file))

    return check


def by_root(_: HostAudit, file: HostFile) -> Verdict:
    """Owner and group are root."""
    return judged((file.uid, file.gid) == (0, 0), str(file))


def secret(host: HostAudit, file: HostFile) -> Verdict:
    """Readable by its owner, or by a group that only programs using the file are in.

    The benchmark's 0600 assumes programs that run as root. A program with its own account may
    read through its group a file that it must not write.
    """
    allowed = 0o600 | (GROUP_READS if _has_own_group(host, file) else 0)
    return judged(not file.mode & ~allowed & 0o7777, str(file))


def _has_own_group(host: HostAudit, file: HostFile) -> bool:
    users = host.users_of(file.path)
    members = [one for one in host.programs if file.gid in one.gids]
    return file.gid != 0 and bool(members) and all(one in users for one in members)


def owned(host: HostAudit, file: HostFile) -> Verdict:
    """Owner is root or the account of a program that uses it; the group likewise."""
    users = host.users_of(file.path) or host.programs
    uids, gids = {0, *(one.uid for one in users)}, {0}.union(*(one.gids for one in users))
    return judged(file.uid in uids and file.gid in gids, str(file))


def each(host: HostAudit, files: Iterable[HostFile], check: FileCheck, none: str) -> Verdict:
    """Checks all files; none: the evidence where there are no files."""
    found = {file.path: check(host, file) for file in files}
    wrong = [one for one in found.values() if one.result is Result.FAIL]
    if len(found) <= FEW:
        return all_of(found.values(), none)
    if not wrong:
        return passed(f"{len(found)} files, such as {next(iter(found.values())).evidence}")
    return failed(f"{len(wrong)} of {len(found)} files: {all_of(wrong, '').evidence}")


def flag_files(program: Program, *names: str) -> list[HostFile]:
    """The existing files that these flags name."""
    paths = [path for name in names for path in program.flags.many(name)]
    return [program.files[path] for path in paths if path in program.files]

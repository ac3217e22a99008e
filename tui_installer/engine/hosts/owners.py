"""Creates and removes system users and their folders on a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.hosts.deliver import FOREIGN, MAKE_ROOTS, manifest_path
from tui_installer.engine.hosts.facts import script
from tui_installer.errors import InstallerError
from tui_installer.model.run.plan import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.wants import FolderWant
    from tui_installer.model.run.plan import Change

TIMEOUT = 300.0
"""Seconds: a program may stop slowly, and a folder may hold many files."""


REMOVE = "remove"
"""The verb of a change that removes a user or a folder."""


async def make(run: Run, host: str, step: str, changes: Sequence[Change]) -> None:
    """Creates missing system users. Raises InstallerError with the output of systemd-sysusers."""
    names = [c.target for c in changes if c.kind is ChangeKind.ACCOUNT and c.verb != REMOVE]
    await _do(run, host, step, [f"n:{name}" for name in names], f"create the users {_list(names)}")


async def fill(
    run: Run, host: str, step: str, folders: Sequence[FolderWant], changes: Sequence[Change]
) -> None:
    """Gives folders and their content to their owners, units stopped. Raises likewise."""
    paths = [c.target for c in changes if c.kind is ChangeKind.FOLDER and c.verb != REMOVE]
    words = [f"o:{f.mode:04o}:{f.owner}:{f.unit}:{f.path}" for f in folders if f.path in paths]
    await _do(run, host, step, words, f"change the owner of {_list(paths)}")


async def remove(run: Run, host: str, step: str, changes: Sequence[Change]) -> None:
    """Removes folders, inner ones first, then users. Raises likewise."""
    prefixes = {ChangeKind.FOLDER: "f", ChangeKind.ACCOUNT: "u"}
    found = [c for c in changes if c.kind in prefixes and c.verb == REMOVE]
    words = [f"{prefixes[change.kind]}:{change.target}" for change in found]
    await _do(run, host, step, words, f"remove {_list([change.target for change in found])}")


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


async def _do(run: Run, host: str, step: str, words: Sequence[str], what: str) -> None:
    if not words:
        return
    async with run.stop.whole():
        done = await run.hosts[host].run(
            script("owners.sh"), manifest_path(run), *words, timeout=TIMEOUT
        )
    if done.status:
        fix = MAKE_ROOTS if FOREIGN in done.stderr else "fix what the host reports"
        raise InstallerError(
            f"{host} could not {what}",
            details=tuple(done.stderr.splitlines()[-5:]),
            hint=f"{fix}, then run again to continue",
            host=host,
            step=step,
        )
    run.changes += len(words)

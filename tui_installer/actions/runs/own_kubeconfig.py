"""The user's own kubeconfig: finds its files and adds the new cluster to them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.model.run.events import OPERATOR, Level, LogLine
from tui_installer.store import kubeconfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui_installer.actions.runs.run_options import Options
    from tui_installer.model.run.events import Event
    from tui_installer.store.session_folder import SessionFolder

Artefacts = tuple[tuple[str, str], ...]
"""(what, path), as in RunFinished."""
STEP = "kubeconfig"
DEFAULT = "~/.kube/config"


def paths(named: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Returns the files that kubectl would use, absolute. named: one file, or ``Path()`` for the
    default: every file of KUBECONFIG, else ~/.kube/config. Raises UsageError for a list of files.
    """
    if named == Path():
        listed = [part for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
        return tuple(_absolute(Path(part)) for part in listed or [DEFAULT])
    if os.pathsep in str(named) and not named.exists():
        raise UsageError(
            f"--merge-kubeconfig names one file, and {named} is a list of files",
            hint="name one of them, or set KUBECONFIG to the list and leave the name out",
        )
    return (_absolute(named),)


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


async def merge(
    session: SessionFolder, options: Options, emit: Callable[[Event], None]
) -> Artefacts:
    """Adds the session's cluster to the user's files, and reports it. Raises UsageError."""
    ours = session.kubeconfig.read_bytes()
    merged = await asyncio.to_thread(
        kubeconfig.merge, options.merge_kubeconfig, ours, use_context=options.use_context
    )
    for text in _lines(merged):
        emit(LogLine(OPERATOR, STEP, Level.INFO, text))
    return (
        *(("your kubeconfig", f"{path}, context {merged.context}") for path in merged.written),
        *(("backup of your kubeconfig", str(path)) for path in merged.backups),
    )


def _lines(merged: kubeconfig.Merged) -> Iterator[str]:
    yield from merged.changes or ("your kubeconfig has this cluster already; nothing was changed",)
    yield from (f"backup of the file: {path}" for path in merged.backups)
    if merged.current != merged.context:
        yield f"the current context is still {merged.current}; use --context {merged.context}"

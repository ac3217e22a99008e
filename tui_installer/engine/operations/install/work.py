"""What an install does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.cluster import quick_checks
from tui_installer.engine.core.operation import Work
from tui_installer.engine.core.task_group import run_all
from tui_installer.engine.hosts import peer_ports, preflight
from tui_installer.engine.operations.install import binaries
from tui_installer.engine.operations.install.pipeline import PIPELINE

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run


async def _prepare(run: Run) -> None:
    """Raises InstallerError for a local source of programs that cannot be used."""
    await run_all((binaries.load(run), peer_ports.load(run)))


WORK = Work(
    pipeline=PIPELINE,
    declared_by=PIPELINE,
    prepare=_prepare,
    preflight=preflight.check,
    quick_checks=quick_checks.quick_checks,
)

"""What an install does."""

from __future__ import annotations

from tui_installer.engine.cluster import quick_checks
from tui_installer.engine.core.operation import Work
from tui_installer.engine.hosts import preflight
from tui_installer.engine.operations.install import binaries
from tui_installer.engine.operations.install.pipeline import PIPELINE

WORK = Work(
    pipeline=PIPELINE,
    declared_by=PIPELINE,
    prepare=binaries.load,
    preflight=preflight.check,
    quick_checks=quick_checks.quick_checks,
)

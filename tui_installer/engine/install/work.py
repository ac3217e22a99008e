"""What an install does."""

from __future__ import annotations

from tui_installer.engine import light, preflight
from tui_installer.engine.operation import Work
from tui_installer.engine.steps import PIPELINE, binaries

WORK = Work(
    pipeline=PIPELINE,
    declared_by=PIPELINE,
    prepare=binaries.load,
    preflight=preflight.check,
    quick_checks=light.light_checks,
)

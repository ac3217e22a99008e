"""1.4: kube-scheduler."""

from __future__ import annotations

from tui_installer.engine.audit.control import Control, flag_is, scheduler
from tui_installer.engine.audit.controls.controller_manager import on_loopback

CONTROLS = (
    Control("1.4.1", "Scheduler profiling: off",
            "--profiling=false, or enableProfiling: false in the file of --config",
            scheduler(flag_is("profiling", wanted=False, default=True))),
    Control("1.4.2", "Scheduler bind address: loopback only", "--bind-address=127.0.0.1",
            scheduler(on_loopback)),
)  # fmt: skip

"""One case from fresh hosts to its verdict."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chaos import faults_here, faults_there, verdict
from chaos.kept import kept
from chaos.running import resume, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from site_under_test import Site

    from chaos.cases import Case
    from chaos.injector import Injector

INJECTORS: dict[str, Callable[[], Injector]] = {
    "kill -9": faults_here.Kill,
    "SIGINT": lambda: faults_here.Signals(signal.SIGINT),
    "SIGINT twice": lambda: faults_here.Signals(signal.SIGINT, signal.SIGINT),
    "SIGTERM": lambda: faults_here.Signals(signal.SIGTERM),
    "SIGHUP": lambda: faults_here.Signals(signal.SIGHUP),
    "state disk full": faults_here.StateDiskFull,
    "state read-only": faults_here.StateReadOnly,
    "link cut": lambda: faults_there.Link(faults_there.LOST),
    "link blip": lambda: faults_there.Blip(faults_there.BLIP),
    "silence": faults_there.Silence,
    "reset": faults_there.Reset,
    "reboot": faults_there.Reboot,
    "power cut": faults_there.PowerCut,
    "host disk full": faults_there.HostDiskFull,
}


@dataclass
class Verdict:
    """at: where the run stood when it was struck. code: how it ended. wrong: [] is clean."""

    at: str = ""
    code: int | None = None
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def carry_out(site: Site, case: Case) -> Verdict:
    """The fault, its mending, the resume, and all that must hold then."""
    told, started = Verdict(), time.monotonic()
    injector = INJECTORS[case.fault]()
    injector.prepare(site, case)
    try:
        _carry_out(site, case, injector, told)
    finally:
        injector.clean_up(site, case)
        told.seconds = round(time.monotonic() - started, 1)
    return told


def _carry_out(site: Site, case: Case, injector: Injector, told: Verdict) -> None:
    with running(site, case.stop) as run:
        told.at = run.stopped_at()
        injector.strike(run, case)
        struck = run.end()
    told.code = struck.code
    injector.mend(site, case)
    told.wrong += verdict.faults_of(struck, injector.codes)
    before = kept(site)
    if struck.code != 0:
        resumed = resume(site)
        if resumed.code != 0:
            told.wrong.append(f"the resume failed: {resumed.explain()}")
            return
    told.wrong += verdict.unclean(site, before)

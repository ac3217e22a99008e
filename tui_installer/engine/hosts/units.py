"""systemd units on a host: start, stop, enable, disable, and waiting until they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.hosts.diagnose import unit_failure
from tui_installer.engine.hosts.facts import script
from tui_installer.errors import InstallerError
from tui_installer.model.run.plan import ChangeKind
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.plan import Change

READY_SECONDS = 120
"""How long a unit may take to start: etcd waits for its peers, the apiserver for etcd."""


FIRST = ("stop", "disable")
"""Verbs that are carried out before files change; all others follow after."""


async def apply(run: Run, host: str, step: str, changes: Sequence[Change]) -> None:
    """Carries out the unit changes in one round trip, without waiting for readiness."""
    wanted = [change for change in changes if change.kind is ChangeKind.UNIT]
    if not wanted:
        return
    words = [f"{change.verb}:{change.target}" for change in wanted]
    async with run.stop.whole():
        done = await run.hosts[host].run(script("units.sh"), "reload", *words, timeout=120)
    if done.status:
        raise InstallerError(
            f"systemd on {host} refused: {', '.join(words)}",
            details=tuple(done.stderr.splitlines()[-5:]),
            hint=f"on {host}: systemctl status {wanted[0].target}",
            host=host,
            step=step,
        )
    run.changes += len(wanted)
    run.restarts += sum(change.verb == "restart" for change in wanted)


async def wait(run: Run, host: str, step: str, *names: str) -> None:
    """Waits until the units are active. Raises InstallerError with the failing unit's card."""
    done = await run.hosts[host].run(
        script("wait.sh"), str(READY_SECONDS), *names, timeout=READY_SECONDS + 30
    )
    if done.status:
        name, _, state = clean(done.stdout).partition("\n")[0].partition("\t")
        unit = name if name in names else names[0]
        raise await unit_failure(run, host, step, unit, state)

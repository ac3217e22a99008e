"""Evidence for a failure card: the unit's result, its last lines, who holds its ports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.engine.facts import script
from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.kubernetes import readiness
from tui_installer.kubernetes.log_lines import readable
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from tui_installer.engine.run import Run

LAST_LINES = 12


async def unit_failure(run: Run, host: str, step: str, unit: str, state: str) -> InstallerError:
    """The error that tells why a unit does not run, with the likely cause and the next command."""
    component = unit.removesuffix(".service")
    ports = [str(port) for port in readiness.PORTS.get(component, ())]
    try:
        done = await run.hosts[host].run(script("diagnose.sh"), unit, *ports, timeout=20)
        lines = clean(done.stdout).splitlines()
    except ConnectionFailed as error:
        return error
    show = [line[5:] for line in lines if line.startswith("show\t")]
    log = [line[4:] for line in lines if line.startswith("log\t")]
    owner = "; ".join(_owner(line) for line in lines if line.startswith("port\t"))
    cause, command = readiness.likely_cause(component, " ".join(show), log, owner)
    return InstallerError(
        f"{unit} does not run on {host}" + (f": {cause}" if cause else ""),
        details=(
            f"systemd: {' '.join(show) or state}",
            *([owner] if owner else ()),
            *(f"log: {readable(line)}" for line in log[-LAST_LINES:]),
        ),
        hint=f"on {host}: {command}",
        host=host,
        step=step,
    )


def _owner(line: str) -> str:
    _, port, told = line.split("\t", 2)
    found = re.search(r'\(\("([^"]*)",pid=(\d+)', told)
    holder = f"{found[1]} (pid {found[2]})" if found else "an unknown process"
    return f"port {port} is taken by {holder}"

"""Evidence for a failure card: the unit's result, its last log lines, who holds its ports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.engine.hosts import query
from tui_installer.engine.hosts.facts import script
from tui_installer.errors import ConnectionLost, InstallerError
from tui_installer.kubernetes.causes import likely_cause
from tui_installer.kubernetes.log_lines import readable
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run

LAST_LINES = 12
"""Log lines that the card shows."""
ASKED = {"show": 8, "log": 40, "port": 8}
"""The most lines of each kind that the script sends; more from a host are ignored."""
SECONDS = 20


async def unit_failure(run: Run, host: str, step: str, unit: str, state: str) -> InstallerError:
    """The error for a unit that does not run, with the likely cause and the next command."""
    component = unit.removesuffix(".service")
    ports = map(str, query.ports(unit))
    lines, missing = [], ""
    try:
        done = await run.hosts[host].run(script("diagnose.sh"), unit, *ports, timeout=SECONDS)
        lines = clean(done.stdout).splitlines()
    except ConnectionLost as error:
        return error
    except InstallerError as error:
        missing = f"no evidence from the host: {error.message}"
    show, log = _lines_of(lines, "show"), _lines_of(lines, "log")
    owner = "; ".join(_owner(line) for line in _lines_of(lines, "port"))
    cause, command = likely_cause(component, " ".join(show), log, owner)
    return InstallerError(
        f"{unit} does not run on {host}" + (f": {cause}" if cause else ""),
        details=(
            f"systemd: {' '.join(show) or state}",
            *(line for line in (owner, missing) if line),
            *(f"log: {readable(line)}" for line in log[-LAST_LINES:]),
        ),
        hint=f"on {host}: {command}",
        host=host,
        step=step,
    )


def _lines_of(lines: list[str], kind: str) -> list[str]:
    """The last lines of a kind, without the kind."""
    found = [line for line in lines if line.startswith(f"{kind}\t")][-ASKED[kind] :]
    return [line.removeprefix(f"{kind}\t") for line in found]


def _owner(line: str) -> str:
    port, _, users = line.partition("\t")
    found = re.search(r'\(\("([^"]*)",pid=(\d+)', users)
    holder = f"{found[1]} (pid {found[2]})" if found else "an unknown process"
    return f"port {port} is in use by {holder}"

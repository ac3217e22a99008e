"""Evidence for a failure card: the unit's result, its last lines, who holds its ports."""

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
"""Of the unit's log, as they are told."""
ASKED = {"show": 8, "log": 40, "port": 8}
"""Lines of each kind that the script sends at most; a host may send more, and no more counts."""
SECONDS = 20


async def unit_failure(run: Run, host: str, step: str, unit: str, state: str) -> InstallerError:
    """The error that tells why a unit does not run, with the likely cause and the next command."""
    component = unit.removesuffix(".service")
    ports = map(str, query.ports(unit))
    lines, missing = [], ""
    try:
        done = await run.hosts[host].run(script("diagnose.sh"), unit, *ports, timeout=SECONDS)
        lines = clean(done.stdout).splitlines()
    except ConnectionLost as error:
        return error
    except InstallerError as error:
        missing = f"why is not known: {error.message}"
    show, log = _said(lines, "show"), _said(lines, "log")
    owner = "; ".join(_owner(line) for line in _said(lines, "port"))
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


def _said(lines: list[str], kind: str) -> list[str]:
    """The last lines of a kind, without it."""
    found = [line for line in lines if line.startswith(f"{kind}\t")][-ASKED[kind] :]
    return [line.removeprefix(f"{kind}\t") for line in found]


def _owner(line: str) -> str:
    port, _, told = line.partition("\t")
    found = re.search(r'\(\("([^"]*)",pid=(\d+)', told)
    holder = f"{found[1]} (pid {found[2]})" if found else "an unknown process"
    return f"port {port} is taken by {holder}"

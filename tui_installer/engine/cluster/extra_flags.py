"""Checks the user's extra flags against a program's --help, before the program is started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run
    from tui_installer.kubernetes.components import Component


async def accepted(run: Run, host: str, step: str, component: Component) -> None:
    """Raises InstallerError for a flag that the program's --help does not list.

    Runs --help only if the answers have extra flags; ours are checked against the flag tables.
    """
    names = [name for name, _ in component.added(run.ctx.spec)]
    if not names:
        return
    binary = component.binary(run.ctx.spec.layout)
    done = await run.hosts[host].run('"$1" --help 2>&1', binary, timeout=30)
    unknown = [name for name in names if not _lists(done.text, component.canonical(name))]
    if done.status == 0 and unknown:
        raise InstallerError(
            f"{component} does not know {', '.join(f'--{name}' for name in unknown)}",
            details=tuple(f"in the answers: {component.answers}.{name}" for name in unknown),
            hint=f"`{binary} --help` on {host} lists what it knows; the program was not started",
            host=host,
            step=step,
        )


def _lists(text: str, flag: str) -> bool:
    return re.search(rf"--{re.escape(flag)}(?![A-Za-z0-9_-])", text) is not None
